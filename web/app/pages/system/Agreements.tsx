import { Select } from 'antd'
import { Link } from 'react-router'
import { graphql } from '../../gql'
import type { AgreementStatus } from '../../gql/words'
import { useAddress } from '../../client/address'
import { useAsk } from '../../client/ask'
import { Answer, Empty } from '../../parts/Answer'
import { LinkButton } from '../../parts/LinkButton'
import { DataTable } from '../../parts/DataTable'
import { Older } from '../../parts/Older'
import { Strange } from '../../parts/Strange'
import { count, fieldWord, isOf, word, wordsOf } from '../../words'
import { SystemPage, useKeeps } from './parts'

const query = graphql(`
  query SharingAgreements($filter: SharingAgreementFilter, $after: String) {
    sharingAgreements(filter: $filter, first: 20, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { ...AgreementLine }
    }
  }
  fragment AgreementLine on SharingAgreement {
    id
    agency { code name }
    basis
    purpose
    fields
    from
    to
    lastDay
    documentNo
    document
    version
    status
    revision
    updatedAt
  }
`)

const tones: Record<AgreementStatus, string> = { PENDING: 'near', IN_FORCE: 'active', EXPIRED: 'quiet', ENDED: 'ended' }

export const AgreementChip = ({ status }: { status: AgreementStatus }) => <span className={`chip is-${tones[status]}`}>{word('AgreementStatus', status)}</span>

/** A field as people know it: 自然人的手机 for Person.mobile. */
export function fieldName(path: string) {
  const [type = '', field = ''] = path.split('.')
  return `${types[type] ?? type}·${fieldWord(type, field)}`
}
const types: Record<string, string> = { Person: '自然人', Mediator: '调解员', Expert: '专家', InvitedListing: '特邀名册', Organization: '调解组织' }

export default function Agreements() {
  const address = useAddress()
  const keeps = useKeeps()
  const status = address.all('status').filter((one): one is AgreementStatus => isOf('AgreementStatus', one))
  const answer = useAsk(query, { filter: { ...(status.length && { status }) }, after: address.get('after') || null }, { keep: true })
  return (
    <SystemPage
      title="共享协议"
      lead="在一段期限内，为一个目的，向一个成员单位开放所列的有条件共享字段；每次依协议的读取都有记录。"
      actions={
        keeps && (
          <LinkButton type="primary" to="/system/agreements/new">登记协议</LinkButton>
        )
      }
    >
      <Strange values={address.all('status').filter((one) => !isOf('AgreementStatus', one))} />
      <div className="system-filters">
        <Select mode="multiple" aria-label="状态" placeholder="状态" value={status} onChange={(values: string[]) => address.set({ status: values })} options={wordsOf('AgreementStatus')} />
      </div>
      <Answer of={answer}>
        {({ sharingAgreements: { nodes, totalCount, pageInfo } }) =>
          nodes.length === 0 ? (
            <Empty title="没有这样的协议">{keeps ? '协议签定后，点“登记协议”，该单位的密钥和帐号就能读到所列字段。' : '换一个状态再查。'}</Empty>
          ) : (
            <>
              <p className="list-count" role="status">
                <strong>{count(totalCount)}</strong> 份
              </p>
              <DataTable
                caption="共享协议"
                rows={nodes}
                columns={[
                  { key: 'agency', title: '单位', cell: (row) => <Link to={`/system/agreements/${row.id}`}>{row.agency.name}</Link> },
                  { key: 'purpose', title: '目的', cell: (row) => row.purpose },
                  { key: 'basis', title: '依据', cell: (row) => row.basis },
                  { key: 'fields', title: '字段', cell: (row) => row.fields.map(fieldName).join('、') },
                  { key: 'term', title: '期限', tight: true, cell: (row) => `${row.from} 至 ${row.lastDay ?? row.to}` },
                  { key: 'status', title: '状态', tight: true, cell: (row) => <AgreementChip status={row.status} /> },
                ]}
              />
              <Older page={pageInfo} address={address} />
            </>
          )
        }
      </Answer>
    </SystemPage>
  )
}

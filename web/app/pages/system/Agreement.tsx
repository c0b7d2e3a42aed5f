import { Alert, Checkbox } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { graphql } from '../../gql'
import type { AgreementMadeFragment, AgreementQuery } from '../../gql/graphql'
import { ask, useAsk } from '../../client/ask'
import { Answer, Empty } from '../../parts/Answer'
import { ChangeForm } from '../../parts/ChangeForm'
import { History } from '../records/History'
import { AgreementChip, fieldName } from './Agreements'
import { agreementOf, lacksDays, useAgreementFields } from './agreementForm'
import { Fact, SystemPage, useKeeps } from './parts'

const query = graphql(`query Agreement($id: ID!) { node(id: $id) { __typename ... on SharingAgreement { ...AgreementLine } } }`)
const amend = graphql(`mutation AmendAgreement($input: AmendSharingAgreementInput!) { amendSharingAgreement(input: $input) { ...AgreementMade } }`)
const end = graphql(`mutation EndAgreement($input: EndSharingAgreementInput!) { endSharingAgreement(input: $input) { ...AgreementMade } }`)

type Found = Extract<NonNullable<AgreementQuery['node']>, { __typename: 'SharingAgreement' }>

export default function Agreement() {
  const { id = '' } = useParams()
  const answer = useAsk(query, { id }, { staleTime: 0 })
  const found = answer.data?.node?.__typename === 'SharingAgreement' ? answer.data.node : undefined
  return (
    <SystemPage title={found ? `共享协议：${found.agency.name}` : '共享协议'} above={<Link to="/system/agreements">← 共享协议</Link>} lead={found && <AgreementChip status={found.status} />}>
      <Answer of={answer}>{() => (found ? <Body of={found} /> : <Empty title="没有这份协议">协议由签约单位、市级管理员和审计员查看。请核对地址，或换一个帐号登录。</Empty>)}</Answer>
    </SystemPage>
  )
}

function Body({ of: found }: { of: Found }) {
  const keeps = useKeeps()
  const [said, setSaid] = useState('')
  const over = found.status === 'ENDED' || found.status === 'EXPIRED'
  return (
    <>
      {said && <Alert className="system-made" type="success" showIcon role="status" title={said} />}
      <div className="desk">
        <div className="desk-main">
          <section className="card">
            <h2>协议内容（第 {found.version} 版）</h2>
            <dl className="facts">
              <Fact name="依据">{found.basis}</Fact>
              <Fact name="目的">{found.purpose}</Fact>
              <Fact name="期限">
                {found.from} 至 {found.to}
              </Fact>
              <Fact name="提前终止">{found.lastDay ? `最后一日 ${found.lastDay}` : '没有'}</Fact>
              <Fact name="文号">
                {found.document ? (
                  <a href={found.document} target="_blank" rel="noreferrer">
                    {found.documentNo}
                  </a>
                ) : (
                  found.documentNo
                )}
              </Fact>
              <Fact name="字段">{found.fields.map(fieldName).join('、')}</Fact>
            </dl>
            <p>
              <Link to={`/system/audit?agreement=${found.id}`}>依此协议的查阅记录</Link>
            </p>
          </section>
          {keeps && <Amend of={found} said={setSaid} />}
          <History id={found.id} type="SharingAgreement" />
        </div>
        <div className="desk-side">
          {keeps && !over && (
            <ChangeForm<AgreementMadeFragment>
              title="提前终止"
              draft={`agreement-end:${found.id}`}
              initial={{ lastDay: '', reason: '' }}
              fields={[
                { name: 'lastDay', label: '最后一日', control: 'date', optional: true, below: '不填则即刻起不再开放。' },
                { name: 'reason', label: '终止的原因', wide: true },
              ]}
              submit="终止协议"
              danger
              change={({ lastDay, reason }, how) =>
                ask(end, { input: { id: found.id, expectedRevision: found.revision, ...(lastDay ? { lastDay: String(lastDay) } : {}), reason: String(reason ?? ''), ...how } }).then((data) => data.endSharingAgreement)
              }
              done={() => setSaid('已终止。所列字段随即不再开放。')}
            />
          )}
        </div>
      </div>
    </>
  )
}

function Amend({ of: found, said }: { of: Found; said: (said: string) => void }) {
  const fields = useAgreementFields(false)
  const { basis, purpose, from, to, documentNo } = found
  return (
    <ChangeForm<AgreementMadeFragment>
      title="修改为新的一版"
      draft={`agreement:${found.id}`}
      initial={{ basis, purpose, fields: found.fields.slice(), from, to, documentNo, document: found.document ?? '', widens: false, reason: '' }}
      fields={fields}
      submit="保存为新的一版"
      change={async (values, how) => {
        const missing = lacksDays(values)
        if (missing.length) return { agreement: null, revision: null, userErrors: missing, remarks: [] }
        return (await ask(amend, { input: { id: found.id, expectedRevision: found.revision, ...agreementOf(values), widens: !!values.widens, ...how } })).amendSharingAgreement
      }}
      done={() => said('已保存为新的一版，旧版留在历史里。')}
    >
      {(_, values, set) => (
        <Checkbox checked={!!values.widens} onChange={(event) => set({ ...values, widens: event.target.checked })}>
          这是放宽（新增字段、延长期限或改变目的），已有新的文号
        </Checkbox>
      )}
    </ChangeForm>
  )
}

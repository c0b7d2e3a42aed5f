import { Input, Radio } from 'antd'
import { Link } from 'react-router'
import { graphql } from '../../gql'
import type { KeyLineFragment } from '../../gql/graphql'
import { useAddress } from '../../client/address'
import { useAsk } from '../../client/ask'
import { Answer, Empty } from '../../parts/Answer'
import { LinkButton } from '../../parts/LinkButton'
import { DataTable } from '../../parts/DataTable'
import { Older } from '../../parts/Older'
import { count, word } from '../../words'
import { placeName, scopeWords, SystemPage, useKeeps } from './parts'

const query = graphql(`
  query Keys($filter: KeyFilter, $after: String) {
    keys(filter: $filter, first: 20, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { ...KeyLine }
    }
  }
  fragment KeyLine on Key {
    id
    name
    role
    district { code name }
    court { code shortName }
    agency { code name }
    scopes
    expires
    public
    revoked
    usable
    lastUsed
    createdAt
  }
`)

const states: Record<string, { label: string; usable?: boolean }> = { all: { label: '全部' }, usable: { label: '可用', usable: true }, over: { label: '不可用', usable: false } }

export function KeyChip({ of }: { of: Pick<KeyLineFragment, 'revoked' | 'usable' | 'expires'> }) {
  if (of.revoked) return <span className="chip is-ended">已停用</span>
  if (!of.usable) return <span className="chip is-quiet">已过期</span>
  return (
    <span className="chip is-active">
      可用<span className="chip-more">{of.expires ? `至 ${of.expires}` : '不限期'}</span>
    </span>
  )
}

export default function Keys() {
  const address = useAddress()
  const keeps = useKeeps()
  const state = Object.hasOwn(states, address.get('state')) ? address.get('state') : 'all'
  const name = address.get('name')
  const answer = useAsk(query, { filter: { ...(name && { name }), ...(states[state]!.usable !== undefined && { usable: states[state]!.usable }) }, after: address.get('after') || null }, { keep: true })
  return (
    <SystemPage
      title="接口密钥"
      lead="程序访问用。换发时先发同名的新密钥，程序换用之后再停用旧的；同名同归属最多两个有效。"
      actions={
        keeps && (
          <LinkButton type="primary" to="/system/keys/new">发放密钥</LinkButton>
        )
      }
    >
      <div className="list-bar">
        <Input.Search allowClear defaultValue={name} placeholder="名称的一部分" aria-label="查找密钥" enterButton="查找" onSearch={(value) => address.set({ name: value })} style={{ maxWidth: 320 }} />
        <Radio.Group aria-label="状态" optionType="button" value={state} onChange={(event) => address.set({ state: event.target.value as string })} options={Object.entries(states).map(([value, { label }]) => ({ value, label }))} />
      </div>
      <Answer of={answer}>
        {({ keys: { nodes, totalCount, pageInfo } }) =>
          nodes.length === 0 ? (
            <Empty title="没有这样的密钥">换一个名称再查。</Empty>
          ) : (
            <>
              <p className="list-count" role="status">
                <strong>{count(totalCount)}</strong> 个
              </p>
              <DataTable
                caption="接口密钥"
                rows={nodes}
                columns={[
                  { key: 'name', title: '名称', cell: (row) => <Link to={`/system/keys/${row.id}`}>{row.name}</Link> },
                  { key: 'public', title: '编号', tight: true, cell: (row) => <code>ck_{row.public}…</code> },
                  { key: 'role', title: '角色', cell: (row) => word('Role', row.role) },
                  { key: 'place', title: '归属', cell: (row) => placeName(row) },
                  { key: 'scopes', title: '授权范围', cell: (row) => scopeWords(row.scopes) || undefined },
                  { key: 'state', title: '状态', tight: true, cell: (row) => <KeyChip of={row} /> },
                  { key: 'used', title: '最近使用', tight: true, cell: (row) => row.lastUsed ?? '没有用过' },
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

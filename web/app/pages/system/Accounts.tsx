import { Input, Radio } from 'antd'
import { Link } from 'react-router'
import { graphql } from '../../gql'
import type { AccountLineFragment } from '../../gql/graphql'
import { useAddress } from '../../client/address'
import { useAsk } from '../../client/ask'
import { Answer, Empty } from '../../parts/Answer'
import { LinkButton } from '../../parts/LinkButton'
import { DataTable } from '../../parts/DataTable'
import { Older } from '../../parts/Older'
import { count, dayOf, word } from '../../words'
import { placeName, SystemPage, useKeeps } from './parts'

const query = graphql(`
  query Accounts($filter: AccountFilter, $after: String) {
    accounts(filter: $filter, first: 20, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { ...AccountLine }
    }
  }
  fragment AccountLine on Account {
    id
    name
    label
    role
    district { name }
    court { shortName }
    agency { name }
    disabled
    hasPassword
    subject
    linkUntil
    createdAt
  }
`)

const states: Record<string, { label: string; disabled?: boolean }> = { all: { label: '全部' }, open: { label: '使用中', disabled: false }, closed: { label: '已停用', disabled: true } }

/** Where an account stands: open, closed, or waiting for its holder. */
export function AccountChip({ of }: { of: Pick<AccountLineFragment, 'disabled' | 'hasPassword' | 'subject' | 'linkUntil'> }) {
  if (of.disabled) return <span className="chip is-ended">已停用</span>
  if (of.hasPassword || of.subject) return <span className="chip is-active">使用中</span>
  return <span className="chip is-near">{of.linkUntil ? '待设置密码' : '链接已过期'}</span>
}

export default function Accounts() {
  const address = useAddress()
  const keeps = useKeeps()
  const state = Object.hasOwn(states, address.get('state')) ? address.get('state') : 'all'
  const name = address.get('name')
  const answer = useAsk(query, { filter: { ...(name && { name }), ...(states[state]!.disabled !== undefined && { disabled: states[state]!.disabled }) }, after: address.get('after') || null }, { keep: true })
  return (
    <SystemPage
      title="帐号"
      lead="个人登录用。角色和归属由这里授予，不取自统一身份认证。"
      actions={
        keeps && (
          <LinkButton type="primary" to="/system/accounts/new">新建帐号</LinkButton>
        )
      }
    >
      <div className="list-bar">
        <Input.Search allowClear defaultValue={name} placeholder="登录名或使用人的一部分" aria-label="查找帐号" enterButton="查找" onSearch={(value) => address.set({ name: value })} style={{ maxWidth: 320 }} />
        <Radio.Group aria-label="状态" optionType="button" value={state} onChange={(event) => address.set({ state: event.target.value as string })} options={Object.entries(states).map(([value, { label }]) => ({ value, label }))} />
      </div>
      <Answer of={answer}>
        {({ accounts: { nodes, totalCount, pageInfo } }) =>
          nodes.length === 0 ? (
            <Empty title="没有这样的帐号">换一个名称再查。</Empty>
          ) : (
            <>
              <p className="list-count" role="status">
                <strong>{count(totalCount)}</strong> 个
              </p>
              <DataTable
                caption="帐号"
                rows={nodes}
                columns={[
                  { key: 'name', title: '登录名', cell: (row) => <Link to={`/system/accounts/${row.id}`}>{row.name}</Link> },
                  { key: 'label', title: '使用人', cell: (row) => row.label },
                  { key: 'role', title: '角色', cell: (row) => word('Role', row.role) },
                  { key: 'place', title: '归属', cell: (row) => placeName(row) },
                  { key: 'state', title: '状态', tight: true, cell: (row) => <AccountChip of={row} /> },
                  { key: 'created', title: '新建', tight: true, cell: (row) => dayOf(row.createdAt) },
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

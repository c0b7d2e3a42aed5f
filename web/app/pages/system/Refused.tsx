import { Button } from 'antd'
import { graphql } from '../../gql'
import type { Role } from '../../gql/words'
import { useAddress } from '../../client/address'
import { useAsk } from '../../client/ask'
import { Answer, Empty } from '../../parts/Answer'
import { useName } from '../../client/names'
import { forPeople } from '../../client/problem'
import { DataTable } from '../../parts/DataTable'
import { Named } from '../../parts/Named'
import { minuteOf, word } from '../../words'
import { AuditTabs } from './AuditTabs'
import { operationWord } from './operations'
import { SystemPage } from './parts'

const size = 50
const query = graphql(`
  query RefusedChanges($before: ID) {
    refusedChanges(first: 50, before: $before) {
      id
      at
      actor
      role
      operation
      record
      code
      message
      suppressed
    }
  }
`)

/** Changes and sign-ins that were refused: who tried what on which record, and why it was not done. */
export default function Refused() {
  const address = useAddress()
  const answer = useAsk(query, { before: address.get('before') || null }, { keep: true })
  return (
    <SystemPage title="被拒绝的尝试" above={<AuditTabs />} lead="未成的变更和登录，由新到旧；同一人一分钟内过于频繁的只计数。不含所输入的内容。">
      <Answer of={answer}>
        {({ refusedChanges }) =>
          refusedChanges.length === 0 ? (
            <Empty title="没有被拒绝的尝试" />
          ) : (
            <>
              <DataTable
                caption="被拒绝的尝试"
                rows={refusedChanges}
                columns={[
                  { key: 'at', title: '时间', tight: true, cell: (row) => (row.at ? minuteOf(row.at) : undefined) },
                  { key: 'who', title: '何人', tight: true, cell: (row) => <Who {...row} /> },
                  { key: 'what', title: '何种操作', tight: true, cell: (row) => <span title={row.operation}>{operationWord(row.operation)}</span> },
                  { key: 'record', title: '记录', cell: (row) => row.record && <Named id={row.record} /> },
                  { key: 'why', title: '为何被拒', cell: (row) => forPeople(row.message) },
                  { key: 'more', title: '另计', tight: true, cell: (row) => (row.suppressed > 0 ? `此前 ${row.suppressed} 次` : undefined) },
                ]}
              />
              <nav className="older" aria-label="翻页">
                {address.get('before') && <Button onClick={() => address.set({ before: '' })}>回到第一页</Button>}
                {refusedChanges.length === size && <Button onClick={() => address.set({ before: refusedChanges.at(-1)!.id })}>更早的</Button>}
              </nav>
            </>
          )
        }
      </Answer>
    </SystemPage>
  )
}

/** By name and role; the id tells two of one name apart. */
function Who({ role, actor }: { role: Role; actor: string }) {
  const name = useName(actor)
  return (
    <span title={actor}>
      {name || word('Role', role)}
      {name && name !== word('Role', role) && (
        <>
          <br />
          <span className="soft">{word('Role', role)}</span>
        </>
      )}
    </span>
  )
}

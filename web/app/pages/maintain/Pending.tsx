import { Alert, Button } from 'antd'
import { useState } from 'react'
import { graphql } from '../../gql'
import type { MovePageQuery } from '../../gql/graphql'
import type { Move } from '../../gql/words'
import { ask } from '../../client/ask'
import { ChangeForm } from '../../parts/ChangeForm'
import { word } from '../../words'

const withdraw = graphql(`mutation WithdrawMove($input: WithdrawMoveInput!) { withdrawMove(input: $input) { ...Moved } }`)

type One = MovePageQuery['pendingMoves'][number]
const keyOf = ({ move, on }: One) => `${move} ${on}`

/** Moves that are recorded for a day to come: whoever may make them takes them back here, with the reason. */
export function Pending({ id, revision, moves }: { id: string; revision: number; moves: readonly One[] }) {
  const [chosen, setChosen] = useState<string>()
  const [back, setBack] = useState<{ move: Move; on: string; told: string }>()
  const one = moves.find((move) => keyOf(move) === chosen)
  if (moves.length === 0 && !back) return null
  return (
    <section className="moves-pending" aria-label="尚未生效的变动">
      {back && <Alert type="success" showIcon role="status" title={`已撤回自 ${back.on} 起的“${word('Move', back.move)}”。${back.told}`} />}
      {moves.length > 0 && (
        <div className="card">
          <h2>尚未生效的变动</h2>
          <ul>
            {moves.map((move) => (
              <li key={keyOf(move)}>
                <strong>{word('Move', move.move)}</strong>
                <span>
                  自 {move.on} 起{move.until && `，至 ${move.until}`}
                </span>
                <span className="soft">{move.documentNo}</span>
                <Button size="small" aria-expanded={chosen === keyOf(move)} onClick={() => (setChosen(chosen === keyOf(move) ? undefined : keyOf(move)), setBack(undefined))}>
                  撤回{word('Move', move.move)}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {one && (
        <ChangeForm
          key={keyOf(one)}
          title={`撤回自 ${one.on} 起的“${word('Move', one.move)}”`}
          draft={`withdraw:${id}:${keyOf(one)}`}
          initial={{ reason: '' }}
          fields={[{ name: 'reason', label: '撤回的原因', control: 'long', below: '状态和聘期将如同没有登记这次变动；决定和历史都保留。' }]}
          submit={`撤回${word('Move', one.move)}`}
          change={({ reason }, how) => ask(withdraw, { input: { id, expectedRevision: revision, move: one.move, on: one.on, reason: String(reason ?? ''), ...how } }).then((data) => data.withdrawMove)}
          done={({ notices }) => {
            setBack({ move: one.move, on: one.on, told: notices.length ? `已通报：${notices.map(({ recipientName }) => recipientName).join('、')}。` : '' })
            setChosen(undefined)
          }}
        />
      )}
    </section>
  )
}

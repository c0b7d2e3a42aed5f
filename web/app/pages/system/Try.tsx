import { Input } from 'antd'
import { useEffect, useState } from 'react'
import { Link } from 'react-router'
import { graphql } from '../../gql'
import type { ProposedWordInput } from '../../gql/graphql'
import { useAsk } from '../../client/ask'
import { Answer } from '../../parts/Answer'
import { count, word } from '../../words'

const query = graphql(`
  query TryWords($text: String!, $words: [ProposedWordInput!]) {
    tryWords(text: $text, words: $words, first: 5) {
      totalCount
      totalBefore
      relaxed
      relaxedBefore
      about
      revision
      pieces { text sort hint local means { label } }
      nodes {
        __typename
        id
        ... on RosterEntry { name }
        ... on Organization { name }
        ... on Measure { key text }
      }
    }
  }
`)

/** A pause as long as this after the last key has what is typed tried. */
const pause = 300

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  const text = JSON.stringify(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

interface Props {
  text: string
  setText: (text: string) => void
  proposed?: ProposedWordInput
  label?: string
}

/** Says how a text is understood and what it finds; with a word as proposed, also what it finds now. */
export function Try({ text, setText, proposed, label = '试查一句话' }: Props) {
  const [typed, setTyped] = useState(text)
  useEffect(() => setTyped(text), [text])
  const settled = useSettled({ typed: typed.trim(), proposed })
  const means = proposed && (proposed.specialties?.length || proposed.districts?.length || proposed.sources?.length)
  const answer = useAsk(query, { text: settled.typed, words: proposed && means && settled.proposed ? [settled.proposed] : null }, { keep: true, enabled: settled.typed !== '', staleTime: 0 })
  return (
    <div className="try">
      <Input aria-label={label} value={typed} maxLength={200} placeholder="例如 老板打白条不给钱" onChange={(event) => (setTyped(event.target.value), setText(event.target.value))} />
      {proposed && !means && <p className="soft">选定它指什么之后，这里显示会怎样。</p>}
      {settled.typed !== '' && (
        <Answer of={answer} loading={<p className="soft">正在试查…</p>}>
          {({ tryWords: { pieces, about, nodes, totalCount, totalBefore, relaxed, relaxedBefore } }) => (
            <div aria-live="polite">
              <ul className="try-pieces" aria-label="怎样理解">
                {pieces.map((piece) => (
                  <li key={piece.text} className={piece.local ? 'is-local' : undefined}>
                    <strong>{piece.text}</strong>
                    {piece.means.length > 0 ? piece.means.map(({ label }) => label).join('、') : word('PieceSort', piece.sort)}
                    {piece.hint && <span className="soft">（提示）</span>}
                    {piece.local && <span className="soft">（本市）</span>}
                  </li>
                ))}
              </ul>
              {about.length > 0 && <p>整句话说的是：{about.join('、')}</p>}
              <p>
                {means && (
                  <>
                    现在找到 <strong>{count(totalBefore)}</strong> 条{relaxedBefore && '（放宽了条件）'}；照这样找到{' '}
                  </>
                )}
                {!means && '找到 '}
                <strong>{count(totalCount)}</strong> 条{relaxed && '（放宽了条件）'}。
              </p>
              <p className="try-found">
                {nodes.map((node) => (
                  <Found key={node.id} node={node} />
                ))}
              </p>
            </div>
          )}
        </Answer>
      )}
    </div>
  )
}

function Found({ node }: { node: { __typename: string; id: string; name?: string; key?: string; text?: string } }) {
  if (node.__typename === 'Measure') return <Link to="/checklist">举措 {node.key}</Link>
  return <Link to={`/records/${node.id}`}>{node.name}</Link>
}

import { Button, Checkbox } from 'antd'
import { Link } from 'react-router'
import { useAddress } from '../../client/address'
import { useAsk } from '../../client/ask'
import { Answer, Empty } from '../../parts/Answer'
import { count, word } from '../../words'
import { candidates } from './queries'

export interface Chosen {
  id: string
  name: string
}

/** How many of the ranked candidates are shown at first, and when more are asked for. */
const few = 15
const many = 100

interface Props {
  secondment: string
  /** Those whom the city names, in the order in which they will be asked for; nothing to choose when not given. */
  chosen?: { list: Chosen[]; set: (list: Chosen[]) => void; number: number }
}

/** Who could be lent, the best first, each with what speaks for and against. */
export function Candidates({ secondment, chosen }: Props) {
  const address = useAddress()
  const barred = address.get('barred') === 'yes'
  const more = address.get('more') === 'yes'
  const answer = useAsk(candidates, { id: secondment, first: more ? many : few, barred }, { keep: true })
  return (
    <section className="card" aria-label="可选人选">
      <h2>可选人选</h2>
      <Answer of={answer}>
        {({ secondmentCandidates: { nodes, considered, eligible, complete } }) => (
          <>
            <div className="candidates-head">
              <p>
                具备所需擅长领域的在册调解员 {count(considered)} 人{!complete && '（只计较近各区）'}，可以调剂 <strong>{count(eligible)}</strong> 人，由优到劣列出 {nodes.length} 人。
              </p>
              <Checkbox checked={barred} onChange={(event) => address.set({ barred: event.target.checked ? 'yes' : '' })}>
                也列出不能调剂的人及原因
              </Checkbox>
            </div>
            {nodes.length === 0 && <Empty title="没有可以调剂的人">可以列出不能调剂的人，看看原因；或请申请的区放宽擅长领域。</Empty>}
            <ol className="candidates">
              {nodes.map(({ mediator, score, reasons, bars }) => {
                const place = chosen?.list.findIndex((one) => one.id === mediator.id) ?? -1
                return (
                  <li key={mediator.id} className={bars.length > 0 ? 'is-barred' : place >= 0 ? 'is-chosen' : undefined}>
                    {chosen && (
                      <Checkbox
                        aria-label={`指定${mediator.name}`}
                        disabled={bars.length > 0}
                        checked={place >= 0}
                        onChange={(event) => chosen.set(event.target.checked ? [...chosen.list, { id: mediator.id, name: mediator.name }] : chosen.list.filter((one) => one.id !== mediator.id))}
                      />
                    )}
                    <div className="candidate">
                      <p className="candidate-name">
                        <Link to={`/records/${mediator.id}`}>{mediator.name}</Link>
                        <span className="soft">{mediator.level === 'CITY' ? '市级名册' : mediator.district.name}</span>
                        {mediator.organization && <span className="soft">{mediator.organization.name}</span>}
                        {place >= 0 && <span className="candidate-place">{place < chosen!.number ? `第 ${place + 1} 位` : `候补 ${place + 1 - chosen!.number}`}</span>}
                      </p>
                      <ul className="candidate-reasons">
                        {bars.map(({ code, text }) => (
                          <li key={code} className="is-bar">
                            {text}
                          </li>
                        ))}
                        {reasons.map(({ code, points, text }) => (
                          <li key={code + text} title={word('ReasonCode', code)}>
                            {text}
                            <span className={points < 0 ? 'points is-minus' : points > 0 ? 'points is-plus' : 'points'}>{points > 0 ? `+${points}` : points}</span>
                          </li>
                        ))}
                      </ul>
                    </div>
                    <p className="candidate-score" aria-label={`得分 ${score}`}>
                      {bars.length > 0 ? '—' : score}
                    </p>
                  </li>
                )
              })}
            </ol>
            {!more && nodes.length === few && <Button onClick={() => address.set({ more: 'yes' })}>再列出一些</Button>}
          </>
        )}
      </Answer>
    </section>
  )
}

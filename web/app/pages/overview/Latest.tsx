import { Link } from 'react-router'
import { useAsk } from '../../client/ask'
import { Answer } from '../../parts/Answer'
import { ChangeLine } from '../../parts/ChangeLine'
import { latest } from './queries'

/** The newest changes, the newest first. */
export function Latest() {
  const answer = useAsk(latest)
  return (
    <section className="card" aria-label="最近变更">
      <h2>最近变更</h2>
      <Answer of={answer}>
        {({ changes }) => (
          <ol className="history latest">
            {[...changes.nodes].reverse().map((change) => (
              <li key={change.revision}>
                <ChangeLine change={change} />
              </li>
            ))}
          </ol>
        )}
      </Answer>
      <p>
        <Link to="/feed">全部变更动态</Link>
      </p>
    </section>
  )
}

import { graphql } from '../../gql'
import { useAsk } from '../../client/ask'
import { Answer } from '../../parts/Answer'
import { Page } from '../../parts/Page'
import { count } from '../../words'

const query = graphql(`
  query Overview {
    statistics {
      on
      revision
      mediators { total }
      organizations { total }
      experts { total }
      invitedListings { total }
    }
  }
`)

export default function Overview() {
  const answer = useAsk(query)
  return (
    <Page title="总览" lead="全市劳动人事争议调解资源，一处维护，各方同源。">
      <Answer of={answer}>
        {({ statistics: s }) => (
          <dl className="figures">
            {[
              ['调解员', s.mediators.total],
              ['调解组织', s.organizations.total],
              ['专家', s.experts.total],
              ['特邀名册条目', s.invitedListings.total],
            ].map(([name, n]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{count(Number(n))}</dd>
              </div>
            ))}
          </dl>
        )}
      </Answer>
    </Page>
  )
}

import { Link } from 'react-router'
import { graphql } from '../gql'
import type { FeedChangeFragment } from '../gql/graphql'
import { By } from './Named'
import { minuteOf, word } from '../words'

/** A change as the feed shows it, with what names its record. */
export const feedChange = graphql(`
  fragment FeedChange on Change {
    revision
    recordedAt
    actor
    authority
    reason
    importId
    kind
    action
    recordId
    record {
      id
      ... on Person { name }
      ... on RosterEntry { name district { code name } }
      ... on Organization { name district { code name } }
      ... on Checklist { title }
      ... on Arbitrator { name district { code name } }
      ... on LiaisonAssignment { name district { code name } }
      ... on TrainingRecord { name district { code name } }
      ... on Award { name district { code name } }
      ... on Stationing { name district { code name } }
      ... on Secondment { district { code name } }
      ... on Recommendation { name district { code name } }
      ... on CorrectionRequest { field }
    }
    fields { name before after }
  }
`)

/** Where the kinds that have a page of their own have it. */
const pages: Partial<Record<FeedChangeFragment['kind'], string>> = { MEDIATOR: '/records', EXPERT: '/records', INVITED_LISTING: '/records', ORGANIZATION: '/records', RECOMMENDATION: '/experts/recommendations' }

/** What happened to which record, when and on whose behalf, on one line. */
export function ChangeLine({ change }: { change: FeedChangeFragment }) {
  const { record, kind } = change
  const name = record && 'name' in record ? record.name : record && 'title' in record ? record.title : null
  const district = record && 'district' in record ? record.district : null
  return (
    <div className="history-head">
      <time dateTime={change.recordedAt}>{minuteOf(change.recordedAt)}</time>
      <span>
        {word('ChangeAction', change.action)}
        {word('RecordKind', kind)}
      </span>
      {name && (pages[kind] ? <Link to={`${pages[kind]}/${change.recordId}`}>{name}</Link> : <strong>{name}</strong>)}
      {district && <span className="soft">{district.name}</span>}
      <By authority={change.authority} />
    </div>
  )
}

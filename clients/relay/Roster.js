// A page of a partner's own, as Relay wants it: a fragment that can be fetched again, and
// a connection that grows.
import { graphql } from 'relay-runtime'

export const roster = graphql`
  query RosterQuery($filter: MediatorFilter, $first: Int!, $after: String) {
    ...Roster_mediators @arguments(filter: $filter, first: $first, after: $after)
  }
`

export const mediators = graphql`
  fragment Roster_mediators on Query
  @argumentDefinitions(filter: { type: "MediatorFilter" }, first: { type: "Int", defaultValue: 20 }, after: { type: "String" })
  @refetchable(queryName: "RosterPaginationQuery") {
    mediators(filter: $filter, first: $first, after: $after) @connection(key: "Roster_mediators") {
      totalCount
      edges {
        node {
          ...Roster_mediator
        }
      }
    }
  }
`

export const mediator = graphql`
  fragment Roster_mediator on Mediator @refetchable(queryName: "RosterMediatorQuery") {
    id
    name
    status
    organization {
      id
      name
    }
  }
`

export const amend = graphql`
  mutation RosterAmendMutation($input: AmendMediatorInput!) {
    amendMediator(input: $input) {
      record {
        ...Roster_mediator @alias(as: "mediator")
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`

export const changed = graphql`
  subscription RosterChangedSubscription($after: String) {
    rosterChanged(after: $after) {
      cursor
      node {
        revision
      }
    }
  }
`

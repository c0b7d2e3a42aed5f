import { graphql } from '../../gql'

graphql(`
  fragment CorrectionLine on CorrectionRequest {
    id
    field
    problem
    party
    owner
    state
    raisedOn
    due
    estimated
    daysLeft
    overdue
    decidedOn
    record {
      __typename
      id
      ... on RosterEntry { name registrationNo }
      ... on Organization { name registrationNo }
    }
  }
`)

export const list = graphql(`
  query Corrections($filter: CorrectionFilter, $after: String) {
    corrections(filter: $filter, first: 20, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { ...CorrectionLine }
    }
  }
`)

export const one = graphql(`
  query CorrectionPage($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on CorrectionRequest {
        ...CorrectionLine
        proposed
        evidence
        extension
        recordChanged
        answer
        documentNo
        changes { name before after }
        revision
        history(first: 50) { nodes { recordedAt action reason fields { name after } } }
      }
    }
  }
`)

graphql(`
  fragment CorrectionOutcome on CorrectionPayload {
    revision
    correction { id due changes { name before after } }
    userErrors { code message path }
    remarks { code message path }
  }
`)

export const raise = graphql(`mutation RaiseCorrection($input: RaiseCorrectionInput!) { raiseCorrection(input: $input) { ...CorrectionOutcome } }`)
export const extend = graphql(`mutation ExtendCorrection($input: ExtendCorrectionInput!) { extendCorrection(input: $input) { ...CorrectionOutcome } }`)
export const uphold = graphql(`mutation UpholdCorrection($input: UpholdCorrectionInput!) { upholdCorrection(input: $input) { ...CorrectionOutcome } }`)
export const refuse = graphql(`mutation RefuseCorrection($input: RefuseCorrectionInput!) { refuseCorrection(input: $input) { ...CorrectionOutcome } }`)
export const withdraw = graphql(`mutation WithdrawCorrection($input: WithdrawCorrectionInput!) { withdrawCorrection(input: $input) { ...CorrectionOutcome } }`)

import { graphql } from '../../gql'

graphql(`
  fragment SecondmentLine on Secondment {
    id
    district { code name }
    specialties
    number
    from
    to
    ground
    state
    overdue
    attention
    persons { state home mediator { id } }
  }
`)

export const list = graphql(`
  query Secondments($filter: SecondmentFilter, $after: String) {
    secondments(filter: $filter, first: 20, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { ...SecondmentLine }
    }
  }
`)

export const one = graphql(`
  query SecondmentPage($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Secondment {
        district { code name }
        specialties
        number
        from
        to
        ground
        languages
        note
        documentNo
        state
        overdue
        attention
        revision
        persons {
          mediator { id name registrationNo organization { id name } }
          home
          state
          documentNo
          startedOn
          returnedOn
          reason
          status
          overdue
          attention
        }
        draw { seed candidates candidatesHash method at revision }
        steps { step at authority documentNo reason on mediator { id name } }
      }
    }
  }
`)

export const candidates = graphql(`
  query SecondmentCandidates($id: ID!, $first: Int, $barred: Boolean) {
    secondmentCandidates(secondment: $id, first: $first, barred: $barred) {
      considered
      complete
      eligible
      nodes {
        score
        reasons { code points text }
        bars { code text }
        mediator { id name level district { name } organization { name } specialties { label } }
      }
    }
  }
`)

export const vocabulary = graphql(`query SecondmentSpecialties { specialties { label } }`)

graphql(`
  fragment SecondmentOutcome on SecondmentPayload {
    revision
    secondment { id }
    userErrors { code message path }
    remarks { code message path }
  }
`)

export const request = graphql(`mutation RequestSecondment($input: RequestSecondmentInput!) { requestSecondment(input: $input) { ...SecondmentOutcome } }`)
export const approve = graphql(`mutation ApproveSecondment($input: ApproveSecondmentInput!) { approveSecondment(input: $input) { ...SecondmentOutcome } }`)
export const refuse = graphql(`mutation RefuseSecondment($input: RefuseSecondmentInput!) { refuseSecondment(input: $input) { ...SecondmentOutcome } }`)
export const nominate = graphql(`mutation NominateSeconded($input: NominateSecondedInput!) { nominateSeconded(input: $input) { ...SecondmentOutcome } }`)
export const release = graphql(`mutation ReleaseSeconded($input: ReleaseSecondedInput!) { releaseSeconded(input: $input) { ...SecondmentOutcome } }`)
export const decline = graphql(`mutation DeclineSeconded($input: DeclineSecondedInput!) { declineSeconded(input: $input) { ...SecondmentOutcome } }`)
export const start = graphql(`mutation StartSecondment($input: StartSecondmentInput!) { startSecondment(input: $input) { ...SecondmentOutcome } }`)
export const giveBack = graphql(`mutation ReturnSecondment($input: ReturnSecondmentInput!) { returnSecondment(input: $input) { ...SecondmentOutcome } }`)
export const drop = graphql(`mutation DropSeconded($input: DropSecondedInput!) { dropSeconded(input: $input) { ...SecondmentOutcome } }`)
export const cancel = graphql(`mutation CancelSecondment($input: CancelSecondmentInput!) { cancelSecondment(input: $input) { ...SecondmentOutcome } }`)

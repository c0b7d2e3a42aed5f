// What the pages of accounts ask for and change.
import { graphql } from '../../gql'

export const one = graphql(`
  query Account($id: ID!) {
    node(id: $id) {
      __typename
      ... on Account {
        ...AccountLine
        scopes
        mustChangePassword
        revision
        district { code }
        court { code }
        agency { code }
        sessions { id by client startedAt lastSeen until current }
      }
    }
  }
`)

export const create = graphql(`
  mutation CreateAccount($input: CreateAccountInput!) {
    createAccount(input: $input) { ...AccountMade }
  }
  fragment AccountMade on AccountPayload {
    account { id name }
    link
    revision
    userErrors { code message path }
    remarks { code message path }
  }
`)
export const amend = graphql(`mutation AmendAccount($input: AmendAccountInput!) { amendAccount(input: $input) { ...AccountMade } }`)
export const reset = graphql(`mutation ResetPassword($input: ResetPasswordInput!) { resetPassword(input: $input) { ...AccountMade } }`)
export const endSession = graphql(`
  mutation EndSession($input: EndSessionInput!) {
    endSession(input: $input) {
      session { id }
      revision
      userErrors { code message path }
    }
  }
`)

// What the pages of keys ask for and change.
import { graphql } from '../../gql'

export const one = graphql(`query Key($id: ID!) { node(id: $id) { __typename ... on Key { ...KeyLine } } }`)

export const create = graphql(`
  mutation CreateKey($input: CreateKeyInput!) {
    createKey(input: $input) { ...KeyMade }
  }
  fragment KeyMade on KeyPayload {
    key { id name }
    secret
    revision
    userErrors { code message path }
    remarks { code message path }
  }
`)
export const revoke = graphql(`mutation RevokeKey($input: RevokeKeyInput!) { revokeKey(input: $input) { ...KeyMade } }`)

// The mutation behind each move of a listing or an organisation.
import { graphql } from '../../gql'

graphql(`
  fragment Moved on ListingPayload {
    revision
    followed
    along { id name }
    notices { id recipientName }
    userErrors { code message path }
    remarks { code message path }
  }
`)
graphql(`
  fragment MovedOrganization on OrganizationPayload {
    revision
    followed
    along { id name }
    notices { id recipientName }
    userErrors { code message path }
    remarks { code message path }
  }
`)

export const changesOf = {
  PUBLICISE: graphql(`mutation PubliciseListing($input: PubliciseListingInput!) { publiciseListing(input: $input) { ...Moved } }`),
  ACTIVATE: graphql(`mutation ActivateListing($input: ActivateListingInput!) { activateListing(input: $input) { ...Moved } }`),
  SUSPEND: graphql(`mutation SuspendListing($input: SuspendListingInput!) { suspendListing(input: $input) { ...Moved } }`),
  REINSTATE: graphql(`mutation ReinstateListing($input: ReinstateListingInput!) { reinstateListing(input: $input) { ...Moved } }`),
  RENEW: graphql(`mutation RenewListing($input: RenewListingInput!) { renewListing(input: $input) { ...Moved } }`),
  RESIGN: graphql(`mutation ResignListing($input: ResignListingInput!) { resignListing(input: $input) { ...Moved } }`),
  DISMISS: graphql(`mutation DismissListing($input: DismissListingInput!) { dismissListing(input: $input) { ...Moved } }`),
  RECALL: graphql(`mutation RecallListing($input: RecallListingInput!) { recallListing(input: $input) { ...Moved } }`),
  STRIKE_OFF: graphql(`mutation StrikeOffListing($input: StrikeOffListingInput!) { strikeOffListing(input: $input) { ...Moved } }`),
  REJECT: graphql(`mutation RejectListing($input: RejectListingInput!) { rejectListing(input: $input) { ...Moved } }`),
  WITHDRAW: graphql(`mutation WithdrawListing($input: WithdrawListingInput!) { withdrawListing(input: $input) { ...Moved } }`),
  DECEASE: graphql(`mutation RecordDeath($input: RecordDeathInput!) { recordDeath(input: $input) { ...Moved } }`),
  INCAPACITATE: graphql(`mutation RecordIncapacity($input: RecordIncapacityInput!) { recordIncapacity(input: $input) { ...Moved } }`),
}

export const organizationChangesOf = {
  SUSPEND: graphql(`mutation SuspendOrganization($input: SuspendOrganizationInput!) { suspendOrganization(input: $input) { ...MovedOrganization } }`),
  REINSTATE: graphql(`mutation ReinstateOrganization($input: ReinstateOrganizationInput!) { reinstateOrganization(input: $input) { ...MovedOrganization } }`),
  MERGE: graphql(`mutation MergeOrganization($input: MergeOrganizationInput!) { mergeOrganization(input: $input) { ...MovedOrganization } }`),
  DISSOLVE: graphql(`mutation DissolveOrganization($input: DissolveOrganizationInput!) { dissolveOrganization(input: $input) { ...MovedOrganization } }`),
}

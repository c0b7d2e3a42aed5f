// The records that are kept by forms: what each is called, its changes, and in which groups its
// fields stand. Which fields there are, of which type, under which words: see gql/forms.ts.
import { graphql } from '../../gql'
import { forms, type Field, type RosterType } from '../../gql/forms'
import type { TypedDocumentString } from '../../gql/graphql'
import type { RecordKind } from '../../gql/words'
import type { Payload } from '../../client/ask'

graphql(`
  fragment RegisteredListing on ListingPayload {
    revision
    record { id name revision }
    userErrors { code message path }
    remarks { code message path }
  }
`)
graphql(`
  fragment RegisteredOrganization on OrganizationPayload {
    revision
    record { id name revision }
    userErrors { code message path }
    remarks { code message path }
  }
`)

/** What every change of a form answers. */
export interface Outcome extends Payload {
  record?: { id: string; name: string; revision: number } | null
  remarks: { code: string; message: string; path: string[] }[]
}

/** A change of a form; its input differs from roster to roster in its fields alone. */
export type Change = TypedDocumentString<Record<string, Outcome>, { input: Record<string, unknown> }>

export interface Kept {
  type: RosterType
  kind: RecordKind
  word: string
  register: Change
  amend: Change
}

export const kept: Record<string, Kept> = {
  mediators: {
    type: 'Mediator',
    kind: 'MEDIATOR',
    word: '调解员',
    register: graphql(`mutation RegisterMediator($input: RegisterMediatorInput!) { registerMediator(input: $input) { ...RegisteredListing } }`) as unknown as Change,
    amend: graphql(`mutation AmendMediator($input: AmendMediatorInput!) { amendMediator(input: $input) { ...RegisteredListing } }`) as unknown as Change,
  },
  organizations: {
    type: 'Organization',
    kind: 'ORGANIZATION',
    word: '调解组织',
    register: graphql(`mutation RegisterOrganization($input: RegisterOrganizationInput!) { registerOrganization(input: $input) { ...RegisteredOrganization } }`) as unknown as Change,
    amend: graphql(`mutation AmendOrganization($input: AmendOrganizationInput!) { amendOrganization(input: $input) { ...RegisteredOrganization } }`) as unknown as Change,
  },
  experts: {
    type: 'Expert',
    kind: 'EXPERT',
    word: '专家',
    register: graphql(`mutation RegisterExpert($input: RegisterExpertInput!) { registerExpert(input: $input) { ...RegisteredListing } }`) as unknown as Change,
    amend: graphql(`mutation AmendExpert($input: AmendExpertInput!) { amendExpert(input: $input) { ...RegisteredListing } }`) as unknown as Change,
  },
  invited: {
    type: 'InvitedListing',
    kind: 'INVITED_LISTING',
    word: '特邀名册条目',
    register: graphql(`mutation RegisterInvitedListing($input: RegisterInvitedListingInput!) { registerInvitedListing(input: $input) { ...RegisteredListing } }`) as unknown as Change,
    amend: graphql(`mutation AmendInvitedListing($input: AmendInvitedListingInput!) { amendInvitedListing(input: $input) { ...RegisteredListing } }`) as unknown as Change,
  },
}

/** Which fields stand together, in this order; what no group names comes last. */
const groups: [string, string[]][] = [
  ['基本情况', ['invitee', 'name', 'kind', 'registrationNo', 'court', 'level', 'district', 'street', 'employment', 'position', 'specialistList']],
  ['本人', ['citizenId', 'gender', 'birthDate', 'ethnicity', 'political', 'education', 'phone', 'employer', 'post', 'title', 'source']],
  ['设立与代码', ['creditCode', 'creditCodeWaiver', 'creditCodeEvidence', 'sponsors', 'parentId', 'guidingAgency', 'foundedOn', 'filingNo']],
  ['专长', ['specialties', 'scope', 'field', 'years', 'qualifications', 'languages', 'services', 'districtsServed', 'conflictedBodies', 'recommendedBy']],
  ['联系与办公', ['phone', 'address', 'head', 'hours']],
  ['聘任与考核', ['certificateNo', 'certificateBy', 'certifiedOn', 'appointedBy', 'trainingHours', 'evaluation', 'evaluationYear', 'feeCharged', 'listedOn', 'platformCertified', 'publicationUrl', 'usableByLowerCourts', 'lowerCourtsConsentOn', 'lowerCourtsConsentNo']],
  ['人员、收费与平台', ['fullTimeListed', 'partTimeListed', 'feeCharged', 'onInternetPlus', 'onCourtPlatform', 'oneWindow', 'inDisputeCentre', 'liaisonArbitrator', 'goldAward']],
  ['其他', ['evidence', 'biography', 'note']],
]

/** The form's fields by group; each stands in the first that names it. */
export function groupsOf(type: RosterType, shown: (field: Field) => boolean): { title: string; fields: Field[] }[] {
  const left = forms[type].filter(shown)
  const take = (names: string[]) =>
    names.flatMap((name) => {
      const i = left.findIndex((field) => field.name === name)
      return i < 0 ? [] : left.splice(i, 1)
    })
  const taken = groups.filter(([title]) => type !== 'Organization' || (title !== '本人' && title !== '聘任与考核')).map(([title, names]) => ({ title, fields: take(names) }))
  taken.at(-1)!.fields.push(...left)
  return taken.filter(({ fields }) => fields.length > 0)
}

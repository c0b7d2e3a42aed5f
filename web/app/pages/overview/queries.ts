import { graphql } from '../../gql'

/** Everything of the districts on a day: one question, so that all of it is of one revision. */
export const figures = graphql(`
  query DistrictFigures($on: Date!, $soon: Date!) {
    statisticsReport(from: $on, to: $on) {
      revision
      total {
        mediators { atEnd }
        experts { atEnd }
        invitedListings { atEnd }
        organizations { atEnd }
      }
      districts {
        district { code name shortName }
        mediators { atEnd expired }
        organizations { atEnd }
        fullTime
        partTime
        streets { official covered gap withoutOwn { street count } }
      }
    }
    coverage(on: $on) {
      districts {
        district { code }
        organizationsWithoutFullTimeCount
      }
    }
    statistics(on: $on) {
      mediators(filter: { expiringBefore: $soon }) { byDistrict { value count } }
    }
  }
`)

export const withoutFullTime = graphql(`
  query WithoutFullTime($on: Date!, $district: [String!]!) {
    coverage(on: $on, district: $district) {
      districts {
        organizationsWithoutFullTimeCount
        organizationsWithoutFullTime { id name }
      }
    }
  }
`)

export const standOn = graphql(`
  query StandOn($on: Date!, $district: [String!]) {
    statistics(on: $on) {
      mediators(filter: { district: $district, status: [ACTIVE, SUSPENDED] }) { total }
      organizations(filter: { district: $district, status: [ACTIVE, SUSPENDED] }) { total }
      experts(filter: { district: $district, status: [ACTIVE, SUSPENDED] }) { total }
      invitedListings(filter: { district: $district, status: [ACTIVE, SUSPENDED] }) { total }
    }
  }
`)

export const latest = graphql(`
  query LatestChanges {
    changes(last: 8) {
      nodes { ...FeedChange }
    }
  }
`)

/** What waits for whoever asks: only what her role may ask for is asked. */
export const awaiting = graphql(`
  query Awaiting(
    $mediators: MediatorFilter
    $experts: ExpertFilter
    $invited: InvitedListingFilter
    $asksMediators: Boolean!
    $asksExperts: Boolean!
    $asksInvited: Boolean!
    $asksNotices: Boolean!
    $asksHome: Boolean!
    $asksRequested: Boolean!
  ) {
    mediators(filter: $mediators, first: 1) @include(if: $asksMediators) { totalCount }
    experts(filter: $experts, first: 1) @include(if: $asksExperts) { totalCount }
    invitedListings(filter: $invited, first: 1) @include(if: $asksInvited) { totalCount }
    notices(open: true, first: 1) @include(if: $asksNotices) { totalCount }
    corrections(filter: { side: RECEIVED, state: [OPEN] }, first: 1) { totalCount }
    overdue: corrections(filter: { side: RECEIVED, overdue: true }, first: 1) { totalCount }
    home: secondments(filter: { side: HOME, state: [APPROVED] }, first: 1) @include(if: $asksHome) { totalCount }
    requested: secondments(filter: { state: [REQUESTED] }, first: 1) @include(if: $asksRequested) { totalCount }
    sheetJobs(state: [PLANNED], first: 1) { totalCount }
  }
`)

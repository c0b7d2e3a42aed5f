import { graphql } from '../../gql'

export const record = graphql(`
  query RecordPage($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Mediator {
        name
        registrationNo
        level
        district { name }
        street
        status
        term { start end documentNo }
        terms { start end documentNo }
        events { status on until ground documentNo }
        organization { id name }
        specialties { label cause { code name } }
        source
        sourceLabel
        title
        employment
        position
        certificateNo
        certificateBy
        appointedBy
        languages
        trainingHours
        biography
        fictional
        revision
        updatedAt
        person { id name gender listings { ...SameListing } }
        disputes { field since }
        corrections { ...RecordCorrection }
      }
      ... on Expert {
        name
        registrationNo
        level
        district { name }
        street
        status
        term { start end documentNo }
        terms { start end documentNo }
        events { status on until ground documentNo }
        specialties { label cause { code name } }
        source
        sourceLabel
        title
        post
        employer
        field
        education
        years
        recommendedBy
        services
        districtsServed
        biography
        fictional
        revision
        updatedAt
        person { id name gender listings { ...SameListing } }
        disputes { field since }
        corrections { ...RecordCorrection }
      }
      ... on InvitedListing {
        name
        registrationNo
        invitee
        court { name }
        organization { id name }
        bodyName
        level
        district { name }
        street
        status
        term { start end documentNo }
        terms { start end documentNo }
        events { status on until ground documentNo }
        specialties { label cause { code name } }
        source
        sourceLabel
        specialistList
        certificateNo
        certifiedOn
        scope
        feeCharged
        listedOn
        usableByLowerCourts
        platformCertified
        publicationUrl
        title
        biography
        fictional
        revision
        updatedAt
        person { id name gender listings { ...SameListing } }
        disputes { field since }
        corrections { ...RecordCorrection }
      }
      ... on Organization {
        name
        registrationNo
        kind
        creditCode
        creditCodeWaiver
        sponsor
        parent { id name }
        guidingAgency
        level
        district { name }
        street
        address
        phone
        head
        foundedOn
        filingNo
        fullTimeListed
        partTimeListed
        specialties { label cause { code name } }
        hours
        feeCharged
        onInternetPlus
        onCourtPlatform
        oneWindow
        inDisputeCentre
        liaisonArbitrator
        goldAward
        fictional
        organizationStatus: status
        organizationEvents: events { status on until ground documentNo }
        revision
        updatedAt
        disputes { field since }
        corrections { ...RecordCorrection }
        branches(first: 10) {
          totalCount
          nodes { id name organizationStatus: status }
        }
        mediators(first: 10) {
          totalCount
          nodes { id name status term { start end } title }
        }
      }
      ... on Person {
        name
        gender
        languages
        revision
        updatedAt
        listings { ...SameListing }
      }
    }
    statistics { revision on }
  }

  fragment RecordCorrection on CorrectionRequest {
    id
    field
    state
    overdue
    raisedOn
    decidedOn
    party
  }

  fragment SameListing on RosterEntry {
    __typename
    id
    registrationNo
    name
    level
    district { name }
    status
    term { start end }
    ... on InvitedListing { court { shortName } }
  }
`)

export const history = graphql(`
  query RecordHistory($id: ID!, $after: String) {
    node(id: $id) {
      id
      ... on Mediator { history(first: 20, after: $after) { ...Changes } }
      ... on Expert { history(first: 20, after: $after) { ...Changes } }
      ... on InvitedListing { history(first: 20, after: $after) { ...Changes } }
      ... on Organization { history(first: 20, after: $after) { ...Changes } }
      ... on Person { history(first: 20, after: $after) { ...Changes } }
      ... on Account { history(first: 20, after: $after) { ...Changes } }
      ... on Key { history(first: 20, after: $after) { ...Changes } }
      ... on SharingAgreement { history(first: 20, after: $after) { ...Changes } }
      ... on EverydayWord { history(first: 20, after: $after) { ...Changes } }
      ... on Recommendation { history(first: 20, after: $after) { ...Changes } }
    }
  }

  fragment Changes on ChangeConnection {
    pageInfo { hasNextPage endCursor }
    nodes {
      revision
      recordedAt
      actor
      authority
      reason
      importId
      kind
      action
      fields { name before after }
    }
  }
`)

export const withheld = graphql(`
  query RecordWithheld($id: ID!) {
    node(id: $id) {
      id
      ... on Mediator { phone evaluation evaluationYear evidence note person { mobile birthMonth education employer post qualifications } decisions { ...Deciding } }
      ... on Expert { qualifications conflictedBodies evidence note person { mobile birthMonth education } decisions { ...Deciding } }
      ... on InvitedListing { evaluation lowerCourtsConsentOn lowerCourtsConsentNo evidence note person { mobile birthMonth education } decisions { ...Deciding } }
    }
  }

  fragment Deciding on Decision {
    move
    on
    ground
    reason
    documentNo
    authority
    from
    until
    certificateNo
    training
    withdrawnOn
    withdrawnWhy
  }
`)

export const pending = graphql(`
  query RecordPending($id: ID!) {
    pendingMoves(id: $id) { move on until }
  }
`)

export const onDay = graphql(`
  query ListedOn($input: VerifyListingInput!) {
    verifyListing(input: $input) {
      listed
      on
      revision
      listings { kind registrationNo level district { name } court { shortName } status term { start end } }
    }
  }
`)

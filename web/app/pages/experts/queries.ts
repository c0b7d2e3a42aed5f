import { useQueries } from '@tanstack/react-query'
import { graphql } from '../../gql'
import type { ExpertFilter, ExpertHitFragment, SearchExpertsQuery } from '../../gql/graphql'
import type { EntryStatus, Level, SourceCategory } from '../../gql/words'
import { ask, useAsk } from '../../client/ask'
import type { Address } from '../../client/address'
import { pageOf } from '../../client/address'
import type { Facet } from '../../parts/Facets'
import { wordsOf } from '../../words'
import type { Check } from './parties'

export const pageSize = 20

graphql(`
  fragment SheetExpert on Expert {
    id
    registrationNo
    name
    level
    district { code name }
    status
    specialties { label cause { code name } }
    source
    sourceLabel
    term { start end }
    title
    post
    employer
    years
    services
    districtsServed
  }
`)

graphql(`
  fragment ExpertHit on Expert {
    ...SheetExpert
    field
    education
    recommendedBy
    conflictedBodies
    biography
    lastUsed
    conflictsWith(parties: $parties) @include(if: $checks)
  }
`)

// One question for all that a key changes: the hits, and the counts beside every filter. Of a
// filter that is set they are those of the other filters' records, so that another value can be added.
const search = graphql(`
  query SearchExperts(
    $search: String, $filter: ExpertFilter, $orderBy: RosterOrder, $on: Date, $first: Int, $after: String, $last: Int, $before: String, $parties: [String!]! = [], $checks: Boolean! = false
    $anyDistrict: ExpertFilter, $byDistrict: Boolean! = false, $anySpecialty: ExpertFilter, $bySpecialty: Boolean! = false, $anySource: ExpertFilter, $bySource: Boolean! = false
    $anyLevel: ExpertFilter, $byLevel: Boolean! = false, $anyStatus: ExpertFilter, $byStatus: Boolean! = false
  ) {
    experts(search: $search, filter: $filter, orderBy: $orderBy, on: $on, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      revision
      relaxed
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges {
        cursor
        score
        highlights { field text ranges { start end } }
        node { ...ExpertHit }
      }
      ...Counts
    }
    district: experts(search: $search, filter: $anyDistrict, on: $on, first: 1) @include(if: $byDistrict) { ...Counts }
    specialty: experts(search: $search, filter: $anySpecialty, on: $on, first: 1) @include(if: $bySpecialty) { ...Counts }
    source: experts(search: $search, filter: $anySource, on: $on, first: 1) @include(if: $bySource) { ...Counts }
    level: experts(search: $search, filter: $anyLevel, on: $on, first: 1) @include(if: $byLevel) { ...Counts }
    status: experts(search: $search, filter: $anyStatus, on: $on, first: 1) @include(if: $byStatus) { ...Counts }
  }

  fragment Counts on ExpertConnection {
    facets { field buckets { value label count } }
  }
`)

const facetFields = ['district', 'specialty', 'status', 'level', 'source'] as const

/** What the address asks for. Without a status it is the pool's own: 在册. */
export function asked(address: Address) {
  const list = (name: string) => (address.all(name).length ? address.all(name) : undefined)
  const filter: ExpertFilter = {
    district: list('district'),
    specialty: list('specialty'),
    status: address.get('anyone') ? list('status') as EntryStatus[] | undefined : ['ACTIVE'],
    level: list('level') as Level[] | undefined,
    source: list('source') as SourceCategory[] | undefined,
  }
  return { search: address.get('q') || undefined, filter, on: address.get('on') || undefined }
}

const orders = {
  name: { field: 'NAME', direction: 'ASC' },
  term: { field: 'TERM_END', direction: 'ASC' },
  updated: { field: 'UPDATED', direction: 'DESC' },
} as const

export function useHits(address: Address, check: Check) {
  const orderBy = orders[address.get('sort') as keyof typeof orders]
  const { filter, ...rest } = asked(address)
  const aside = Object.fromEntries(
    facetFields.flatMap((field) => {
      const name = field[0]!.toUpperCase() + field.slice(1)
      return filter[field] && (field !== 'status' || address.get('anyone')) ? [[`any${name}`, { ...filter, [field]: undefined }], [`by${name}`, true]] : []
    }),
  )
  return useAsk(search, { ...rest, filter, orderBy, ...pageOf(address, pageSize), ...check, ...aside }, { keep: true })
}

/** The counts beside each filter's values. */
export const facetsOf = (found: SearchExpertsQuery | undefined): Facet[] =>
  facetFields.flatMap((field) => (found?.[field] ?? found?.experts)?.facets.find((facet) => facet.field === field) ?? [])

const some = graphql(`
  query ExpertsByID($ids: [ID!]!, $parties: [String!]! = [], $checks: Boolean! = false) {
    nodes(ids: $ids) {
      ...ExpertHit
    }
    statistics { revision on }
  }
`)

const onDay = graphql(`
  query ExpertOnDay($search: String, $on: Date, $filter: ExpertFilter, $parties: [String!]! = [], $checks: Boolean! = false) {
    experts(search: $search, on: $on, filter: $filter, first: 50) {
      nodes { ...ExpertHit }
    }
  }
`)

/**
 * The chosen experts in the given order, with the status of the day. Who had no entry yet on
 * that day has the status null.
 */
export function useChosen(ids: string[], on: string, check: Check) {
  const now = useAsk(some, { ids, ...check }, { enabled: ids.length > 0, keep: true })
  const experts = (now.data?.nodes ?? []).filter((node): node is ExpertHitFragment => node != null && 'registrationNo' in node)
  const then = useQueries({
    queries: experts.map((expert) => {
      const variables = { search: expert.name, on, ...check, filter: { status: wordsOf('EntryStatus').map((status) => status.value) } }
      return { queryKey: [onDay.toString(), variables], queryFn: () => ask(onDay, variables), enabled: on !== '' }
    }),
  })
  const ready = !now.isPlaceholderData && (on === '' || then.every((one) => one.data))
  const chosen = experts.map((expert, i) => (on === '' ? expert : (then[i]?.data?.experts.nodes.find((node) => node.id === expert.id) ?? { ...expert, status: null, term: null, lastUsed: null })))
  return { answer: now, chosen, ready, revision: now.data?.statistics.revision, day: on || now.data?.statistics.on }
}

/** 最近使用: the day of the newest recommendation. */
export const used = ({ lastUsed }: { lastUsed?: string | null }) => lastUsed ?? '未曾推荐'

/** Experts who are in the pool on a day, by name or field. */
export const named = graphql(`
  query NamedExperts($search: String, $on: Date) {
    experts(search: $search, on: $on, filter: { status: [ACTIVE] }, first: 12) { nodes { id name employer } }
  }
`)

export const record = graphql(`
  mutation RecordRecommendation($input: RecordRecommendationInput!) {
    recordRecommendation(input: $input) {
      revision
      record { id }
      userErrors { code message path }
      remarks { code message path }
    }
  }
`)

export const recorded = graphql(`
  query RecordedRecommendation($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Recommendation {
        purpose
        on
        recordedBy
        revision
        updatedAt
        experts { ...SheetExpert }
      }
    }
  }
`)

import { useQueries } from '@tanstack/react-query'
import { graphql } from '../../gql'
import type { ExpertFilter, ExpertHitFragment } from '../../gql/graphql'
import type { EntryStatus, Level, SourceCategory } from '../../gql/words'
import { ask, useAsk } from '../../client/ask'
import type { Address } from '../../client/address'
import { pageOf } from '../../client/address'
import type { Facet } from '../../parts/Facets'
import { wordsOf } from '../../words'

export const pageSize = 20

export const hitFields = graphql(`
  fragment ExpertHit on Expert {
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
    field
    education
    years
    recommendedBy
    services
    districtsServed
    conflictedBodies
    biography
    revision
    updatedAt
  }
`)

const search = graphql(`
  query SearchExperts($search: String, $filter: ExpertFilter, $orderBy: RosterOrder, $on: Date, $first: Int, $after: String, $last: Int, $before: String) {
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
    }
  }
`)

const facets = graphql(`
  query ExpertFacets($search: String, $filter: ExpertFilter, $on: Date) {
    experts(search: $search, filter: $filter, on: $on, first: 1) {
      facets { field buckets { value label count } }
    }
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

export function useHits(address: Address) {
  const orderBy = orders[address.get('sort') as keyof typeof orders]
  return useAsk(search, { ...asked(address), orderBy, ...pageOf(address, pageSize) }, { keep: true })
}

/** Counts beside each filter's values: of the other filters' records, so that another value can be added. */
export function useFacets(address: Address): Facet[] {
  const { filter, ...rest } = asked(address)
  const wholes = useQueries({
    queries: facetFields.map((field) => {
      const variables = { ...rest, filter: { ...filter, [field]: field === 'status' && !address.get('anyone') ? filter.status : undefined } }
      return { queryKey: [facets.toString(), variables], queryFn: ({ signal }: { signal: AbortSignal }) => ask(facets, variables, signal), placeholderData: <T,>(former: T) => former }
    }),
  })
  return facetFields.flatMap((field, i) => wholes[i]?.data?.experts.facets.filter((facet) => facet.field === field) ?? [])
}

const some = graphql(`
  query ExpertsByID($ids: [ID!]!) {
    nodes(ids: $ids) {
      ...ExpertHit
    }
    statistics { revision on }
  }
`)

const onDay = graphql(`
  query ExpertOnDay($search: String, $on: Date, $filter: ExpertFilter) {
    experts(search: $search, on: $on, filter: $filter, first: 50) {
      nodes { ...ExpertHit }
    }
  }
`)

/**
 * The chosen experts in the given order, with the status of the day. Who had no entry yet on
 * that day has the status null.
 */
export function useChosen(ids: string[], on: string) {
  const now = useAsk(some, { ids }, { enabled: ids.length > 0 })
  const experts = (now.data?.nodes ?? []).filter((node): node is ExpertHitFragment => node != null && 'registrationNo' in node)
  const then = useQueries({
    queries: experts.map((expert) => {
      const variables = { search: expert.name, on, filter: { status: wordsOf('EntryStatus').map((status) => status.value) } }
      return { queryKey: [onDay.toString(), variables], queryFn: () => ask(onDay, variables), enabled: on !== '' }
    }),
  })
  const ready = on === '' || then.every((one) => one.data)
  const chosen = experts.map((expert, i) => (on === '' ? expert : (then[i]?.data?.experts.nodes.find((node) => node.id === expert.id) ?? { ...expert, status: null, term: null })))
  return { answer: now, chosen, ready, revision: now.data?.statistics.revision, day: on || now.data?.statistics.on }
}

import { useQuery } from '@tanstack/react-query'
import { graphql } from '../gql'
import { ask, useAsk } from './ask'
import { useRegions } from './regions'

const bodies = graphql(`
  query Bodies {
    courts { code shortName }
    agencies { code name }
  }
`)

/** What the code of a body is called on whose behalf something was done: a district, a court, an agency. */
export function useBodies() {
  const { districts, nameOf } = useRegions()
  const { data } = useAsk(bodies, undefined, { staleTime: Infinity })
  return (code: string) => data?.courts.find((court) => court.code === code)?.shortName ?? data?.agencies.find((agency) => agency.code === code)?.name ?? districts.find((district) => district.code === code)?.name ?? nameOf(code)
}

const tables = graphql(`query CodeTables { codeTables { name items { code name } } }`)

/** What a code of a national standard is called: education 11. Words that are no code stay as they are. */
export function useCodes(wanted = true) {
  const { data } = useAsk(tables, undefined, { staleTime: Infinity, enabled: wanted })
  return (table: string, code: string) => data?.codeTables.find(({ name }) => name === table)?.items.find((item) => item.code === code)?.name ?? code
}

const named = graphql(`
  query Named($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      id
      ... on Person { name }
      ... on RosterEntry { name }
      ... on Organization { name }
      ... on Arbitrator { name }
      ... on Account { label }
      ... on Key { name }
    }
  }
`)

/** The form of the ids that the hub gives out: med_1a. */
export const isId = (text: string) => /^[a-z]{3}_[0-9a-z]+$/.test(text)

// Names that are wanted at the same time are asked for together.
let waiting = new Map<string, ((name: string) => void)[]>()

function load(id: string): Promise<string> {
  return new Promise((resolve) => {
    if (waiting.size === 0) setTimeout(() => void loadAll())
    waiting.set(id, [...(waiting.get(id) ?? []), resolve])
  })
}

async function loadAll() {
  const all = waiting
  waiting = new Map()
  const ids = [...all.keys()]
  for (let at = 0; at < ids.length; at += 100) {
    const some = ids.slice(at, at + 100)
    const nodes = await ask(named, { ids: some }).then(
      (data) => data.nodes,
      () => [], // without names a page is still whole
    )
    some.forEach((id, i) => {
      const node = nodes[i]
      const name = node && 'label' in node ? node.label : node && 'name' in node ? node.name : ''
      all.get(id)!.forEach((resolve) => resolve(name))
    })
  }
}

/** What a record, an account or a key is called, to who may know; empty until it is known, and to everybody else. */
export function useName(id: string, wanted = true): string {
  const { data } = useQuery({ queryKey: ['name', id], queryFn: () => load(id), enabled: wanted && isId(id), staleTime: Infinity })
  return data ?? ''
}

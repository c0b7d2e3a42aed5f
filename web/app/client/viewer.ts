import { graphql } from '../gql'
import { useAsk } from './ask'

const query = graphql(`
  query Viewer {
    viewer {
      id
      name
      role
      district { code name }
      court { code name shortName }
      agency { code name }
    }
  }
`)

/** Who the hub takes us for: what a page offers depends on it, what is allowed the hub decides. */
export const useViewer = () => useAsk(query, undefined, { staleTime: 60_000 }).data?.viewer

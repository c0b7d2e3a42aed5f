import { graphql } from '../gql'
import { useAsk } from './ask'

const query = graphql(`
  query Regions {
    regions {
      code
      name
      shortName
      parentCode
    }
  }
`)

/** The districts in their official order, and the short name of any code. */
export function useRegions() {
  const { data } = useAsk(query, undefined, { staleTime: Infinity })
  const regions = data?.regions ?? []
  return {
    districts: regions.filter((region) => region.parentCode),
    nameOf: (code: string) => regions.find((region) => region.code === code)?.shortName ?? regions.find((region) => region.code === code)?.name ?? code,
  }
}

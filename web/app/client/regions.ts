import { useMemo } from 'react'
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
  return useMemo(() => {
    const regions = data?.regions ?? []
    const byCode = new Map(regions.map((region) => [region.code, region]))
    return {
      districts: regions.filter((region) => region.parentCode),
      nameOf: (code: string) => byCode.get(code)?.shortName ?? byCode.get(code)?.name ?? code,
    }
  }, [data])
}

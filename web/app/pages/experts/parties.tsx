import { Select } from 'antd'
import { useHeld } from '../../client/draft'
import { useViewer } from '../../client/viewer'
import type { Role } from '../../gql/words'
import { FormField, controlOf } from '../../parts/FormField'

/** Who recommends experts, and is told whom the parties of a case must not have. */
const recommenders: Role[] = ['COURT_KEEPER', 'DISTRICT_ADMIN', 'CITY_ADMIN', 'EXPERT_KEEPER']

/** Who reads recommendations: those, each of their own body or of all, and auditors. */
export const readers: Role[] = [...recommenders, 'AUDITOR', 'SYSTEM']

/** In whose name the viewer recommends, as the hub calls the body: those of the city in that of its agency. */
export function useRecommender() {
  const viewer = useViewer()
  const ofCity: Partial<Record<Role, string>> = { CITY_ADMIN: '市人社局', EXPERT_KEEPER: '市级专家库' }
  return viewer && (viewer.court?.name ?? viewer.district?.name ?? viewer.agency?.name ?? ofCity[viewer.role])
}

export const useMayRecommend = () => recommenders.includes(useViewer()?.role ?? 'ANONYMOUS')

/** As many names one question takes, and as long ones. */
const mostNames = 20
const longest = 200

const none: string[] = []

/** The variables of a query that asks for conflicts as well. */
export type Check = { parties: string[]; checks: true } | undefined

/** What is asked of each expert while parties are given; undefined when nothing is. */
export function useCheck(): Check {
  const may = useMayRecommend()
  const [names] = useHeld('parties', none)
  const parties = names.filter((name) => name.length <= longest).slice(0, mostNames)
  return may && parties.length > 0 ? { parties, checks: true } : undefined
}

/** The parties of the case, for those who are told of conflicts. Their names are nobody's to keep: they stand in no address and in no storage. */
export function Parties() {
  const may = useMayRecommend()
  const [names, setNames] = useHeld('parties', none)
  if (!may) return null
  const long = names.find((name) => name.length > longest)
  const error = long ? `“${long.slice(0, 12)}…”有 ${long.length} 个字，名称最多 ${longest} 个字。请改短，它没有参加核对。` : undefined
  return (
    <div className="parties screen-only">
      <FormField
        id="parties"
        label="当事人"
        error={error}
        below={`据此提示应当回避的专家，最多 ${mostNames} 个。只在本页内存中，不写入地址、历史记录和浏览器存储，刷新或退出登录即清除。`}
      >
        <Select
          {...controlOf('parties', error)}
          mode="tags"
          open={false}
          suffixIcon={null}
          maxCount={mostNames}
          allowClear
          tokenSeparators={['、', '；', ';', '\n']}
          placeholder="例如：某某建设集团有限公司；每写完一个按回车"
          value={names}
          onChange={(typed: string[]) => setNames([...new Set(typed.map((name) => name.trim()).filter(Boolean))])}
        />
      </FormField>
    </div>
  )
}

/** Whom of the parties an expert must not serve; that none is on record is no more than that. */
export function Conflict({ of }: { of: readonly string[] | null | undefined }) {
  if (!of) return null
  if (of.length === 0) return <p className="avoid-none screen-only">所填当事人：登记的单位中没有（不代替申请回避）</p>
  return (
    <p className="avoid">
      <strong>应当回避</strong>：{of.join('、')}
    </p>
  )
}

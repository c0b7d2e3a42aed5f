import { DatePicker, Select } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { Link } from 'react-router'
import { graphql } from '../../gql'
import { useAddress, type Address } from '../../client/address'
import { useAsk } from '../../client/ask'
import { useName } from '../../client/names'
import { useRegions } from '../../client/regions'
import { useViewer } from '../../client/viewer'
import { Answer, Empty } from '../../parts/Answer'
import { DataTable } from '../../parts/DataTable'
import { Older } from '../../parts/Older'
import { Page } from '../../parts/Page'
import { count, isDay, minuteOf } from '../../words'
import './experts.css'

const query = graphql(`
  query Recommendations($filter: RecommendationFilter, $after: String) {
    recommendations(filter: $filter, first: 20, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id name purpose on recordedBy updatedAt }
    }
  }
`)

/** The recommendations that the viewer may read: by expert, body and day. */
export default function Recommendations() {
  const address = useAddress()
  const value = (name: string) => address.get(name) || undefined
  const day = (name: string) => (isDay(address.get(name)) ? address.get(name) : undefined)
  const filter = { expert: value('expert'), body: address.all('body').length > 0 ? address.all('body') : undefined, from: day('from'), to: day('to') }
  const narrowed = Object.values(filter).some((one) => one !== undefined)
  const answer = useAsk(query, { filter, after: address.get('after') || null }, { keep: true })
  return (
    <Page title="推荐单" above={<Link to="/experts">← 专家库检索</Link>} lead="各单位为办案从专家库选定的专家，后登记的在前。法院和区看到本单位的，市级和专家库管理员、审计员看到全部。">
      <Filters address={address} />
      <Answer of={answer}>
        {({ recommendations: { nodes, totalCount, pageInfo } }) =>
          nodes.length === 0 ? (
            <Empty title={narrowed ? '没有符合条件的推荐单' : '还没有推荐单'}>{narrowed ? '放宽条件再查。' : '在专家库检索中勾选专家，填写用途后登记。'}</Empty>
          ) : (
            <>
              <p className="list-count" role="status">
                <strong>{count(totalCount)}</strong> 份
              </p>
              <DataTable
                caption="推荐单"
                rows={nodes}
                columns={[
                  { key: 'purpose', title: '用途', cell: (row) => <Link to={`/experts/recommendations/${row.id}`}>{row.purpose}</Link> },
                  { key: 'experts', title: '专家', cell: (row) => row.name },
                  { key: 'on', title: '推荐日期', tight: true, cell: (row) => row.on },
                  { key: 'by', title: '推荐单位', cell: (row) => row.recordedBy },
                  { key: 'at', title: '登记时间', tight: true, cell: (row) => minuteOf(row.updatedAt) },
                ]}
              />
              <Older page={pageInfo} address={address} />
            </>
          )
        }
      </Answer>
    </Page>
  )
}

const bodies = graphql(`query RecommendingBodies { courts { code name } }`)

const experts = graphql(`
  query RecommendedExperts($search: String) {
    experts(search: $search, first: 12) { nodes { id name employer } }
  }
`)

function Filters({ address }: { address: Address }) {
  const all = ['CITY_ADMIN', 'EXPERT_KEEPER', 'AUDITOR', 'SYSTEM'].includes(useViewer()?.role ?? '')
  const { districts } = useRegions()
  const { data } = useAsk(bodies, undefined, { staleTime: Infinity, enabled: all })
  const day = (name: string, label: string) => (
    <DatePicker aria-label={label} placeholder={label} value={isDay(address.get(name)) ? dayjs(address.get(name)) : null} onChange={(_, text) => address.set({ [name]: typeof text === 'string' ? text : '' })} />
  )
  return (
    <div className="list-bar recommendation-filters">
      <Expert address={address} />
      {all && (
        <Select
          mode="multiple"
          allowClear
          aria-label="推荐单位"
          placeholder="推荐单位"
          showSearch={{ optionFilterProp: 'label' }}
          popupMatchSelectWidth={false}
          value={address.all('body')}
          onChange={(body: string[]) => address.set({ body })}
          options={[{ value: '市级名册', label: '市人社局' }, { value: '市级专家库', label: '市级专家库' }, ...(data?.courts ?? []).map(({ code, name }) => ({ value: code, label: name })), ...districts.map(({ code, name }) => ({ value: code, label: name }))]}
        />
      )}
      {day('from', '从哪天起')}
      {day('to', '到哪天止')}
    </div>
  )
}

/** One expert, found by name. */
function Expert({ address }: { address: Address }) {
  const [text, setText] = useState('')
  const chosen = address.get('expert')
  const name = useName(chosen)
  const found = useAsk(experts, { search: text.trim() }, { keep: true, enabled: text.trim() !== '' })
  const options = text.trim() ? (found.data?.experts.nodes ?? []).map((one) => ({ value: one.id, label: [one.name, one.employer].filter(Boolean).join('　') })) : []
  if (chosen && !options.some(({ value }) => value === chosen)) options.push({ value: chosen, label: name || chosen })
  return (
    <Select
      allowClear
      aria-label="专家"
      placeholder="专家：输入姓名"
      showSearch={{ filterOption: false, onSearch: setText }}
      popupMatchSelectWidth={false}
      value={chosen || undefined}
      onChange={(expert: string | undefined) => address.set({ expert })}
      notFoundContent={text.trim() ? '没有找到' : '输入姓名'}
      options={options}
    />
  )
}

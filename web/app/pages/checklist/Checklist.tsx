import { Button, Select } from 'antd'
import { graphql } from '../../gql'
import type { ChecklistPageQuery } from '../../gql/graphql'
import { useAsk } from '../../client/ask'
import { useAddress } from '../../client/address'
import { Answer, Empty } from '../../parts/Answer'
import { Page } from '../../parts/Page'
import { word } from '../../words'
import './checklist.css'

const query = graphql(`
  query ChecklistPage {
    checklists {
      id
      title
      sections {
        name
        groups {
          name
          tasks {
            number
            text
            measures {
              id
              key
              text
              agencies { printed role agency { code name } }
              agenciesInherited
              deadline { printed }
              deadlineInherited
              progress(first: 1) {
                totalCount
                nodes { id on text evidence agency { name } }
              }
            }
          }
        }
      }
    }
    agencies { code name }
  }
`)

type Checklist = ChecklistPageQuery['checklists'][number]
type Task = Checklist['sections'][number]['groups'][number]['tasks'][number]
type Measure = Task['measures'][number]

/** One printed row, with its place in the whole table. */
interface Row {
  at: number
  section: string
  group: string
  task: Task
  measure: Measure
}

/** The table as it was printed: cells that were merged stay merged, as far as their rows are shown. */
export default function ChecklistPage() {
  const address = useAddress()
  const answer = useAsk(query)
  const agency = address.get('agency')
  const lead = address.get('lead') !== ''
  const checklist = answer.data?.checklists[0]
  return (
    <Page
      title="重点任务清单"
      lead={checklist?.title}
      actions={<Button onClick={() => window.print()}>打印</Button>}
    >
      <Answer of={answer}>
        {({ checklists: [first], agencies }) => {
          if (!first) return <Empty title="还没有清单" />
          const all = rowsOf(first)
          const rows = all.filter(({ measure }) => !agency || measure.agencies.some((one) => one.agency?.code === agency && (!lead || one.role === 'LEAD')))
          return (
            <>
              <div className="checklist-bar screen-only">
                <Select
                  aria-label="责任部门"
                  placeholder="责任部门"
                  value={agency || undefined}
                  onChange={(code?: string) => address.set({ agency: code ?? '', lead: code && lead ? '1' : '' })}
                  options={agencies.map(({ code, name }) => ({ value: code, label: name }))}
                  allowClear
                  popupMatchSelectWidth={false}
                />
                <Select
                  aria-label="职责"
                  value={lead ? 'lead' : 'any'}
                  disabled={!agency}
                  onChange={(value) => address.set({ lead: value === 'lead' ? '1' : '' })}
                  options={[
                    { value: 'any', label: '牵头或参加' },
                    { value: 'lead', label: '仅牵头' },
                  ]}
                />
                <p role="status">
                  共 <strong>{rows.length}</strong> 项举措
                </p>
              </div>
              {agency && (
                <p className="print-only">
                  责任部门：{agencies.find(({ code }) => code === agency)?.name ?? agency}
                  {lead && '（仅牵头）'}，共 {rows.length} 项举措
                </p>
              )}
              {rows.length === 0 ? <Empty title="没有符合条件的举措">请换一个责任部门，或改为“牵头或参加”。</Empty> : <Table rows={rows} title={first.title} />}
            </>
          )
        }}
      </Answer>
    </Page>
  )
}

function rowsOf(checklist: Checklist): Row[] {
  const rows: Row[] = []
  for (const section of checklist.sections) for (const group of section.groups) for (const task of group.tasks) for (const measure of task.measures) rows.push({ at: rows.length, section: section.name, group: group.name, task, measure })
  return rows
}

/** How many rows, from this one on, share a cell; 0 for a row that an earlier cell covers. */
function span(rows: Row[], i: number, same: (above: Row, below: Row) => boolean): number {
  if (i > 0 && same(rows[i - 1]!, rows[i]!)) return 0
  let end = i + 1
  while (end < rows.length && same(rows[end - 1]!, rows[end]!)) end++
  return end - i
}

const sameSection = (a: Row, b: Row) => a.section === b.section
const sameGroup = (a: Row, b: Row) => sameSection(a, b) && a.group === b.group
const sameTask = (a: Row, b: Row) => a.task.number === b.task.number
const sameAgencies = (a: Row, b: Row) => b.at === a.at + 1 && b.measure.agenciesInherited
const sameDeadline = (a: Row, b: Row) => b.at === a.at + 1 && b.measure.deadlineInherited

function Table({ rows, title }: { rows: Row[]; title: string }) {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="清单，可左右滚动">
      <table className="checklist">
        <caption className="only-read">{title}</caption>
        <thead>
          <tr>
            {['工作内容', '分组', '重点任务', '落实举措', '责任部门', '完成时限', '进展与佐证'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => {
            const { measure, task } = row
            const [section, group, ofTask, agencies, deadline] = [sameSection, sameGroup, sameTask, sameAgencies, sameDeadline].map((same) => span(rows, i, same)) as [number, number, number, number, number]
            const [latest] = measure.progress.nodes
            return (
              <tr key={measure.id}>
                {section > 0 && (
                  <td rowSpan={section} className="checklist-section">
                    {row.section}
                  </td>
                )}
                {group > 0 && (
                  <td rowSpan={group} className="checklist-group">
                    {row.group}
                  </td>
                )}
                {ofTask > 0 && (
                  <td rowSpan={ofTask} className="checklist-task">
                    {task.number}. {task.text}
                  </td>
                )}
                <td>
                  <span className="soft">{measure.key}</span> {measure.text}
                </td>
                {agencies > 0 && (
                  <td rowSpan={agencies} data-title="责任部门">
                    {measure.agencies.map((one) => (
                      <span key={one.printed} className="checklist-agency">
                        {one.printed}
                        {one.role === 'LEAD' && <b>（{word('AgencyRole', 'LEAD')}）</b>}
                      </span>
                    ))}
                  </td>
                )}
                {deadline > 0 && (
                  <td rowSpan={deadline} data-title="完成时限">
                    {measure.deadline.printed}
                  </td>
                )}
                {(agencies === 0 || deadline === 0) && <td className="checklist-inherited">{[agencies === 0 && '责任部门', deadline === 0 && '完成时限'].filter(Boolean).join('、')}同上一项</td>}
                <td data-title="进展与佐证">
                  {latest ? (
                    <>
                      <time className="soft">{latest.on}</time> {latest.agency?.name}：{latest.text}
                      {latest.evidence.map((link, n) => (
                        <a key={link} href={link} rel="noreferrer" className="checklist-evidence">
                          佐证 {n + 1}
                        </a>
                      ))}
                      {measure.progress.totalCount > 1 && <span className="soft">（共 {measure.progress.totalCount} 次填报）</span>}
                    </>
                  ) : (
                    <span className="soft">未填报</span>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

import { Button } from 'antd'
import { Link, useParams } from 'react-router'
import type { RecordedRecommendationQuery } from '../../gql/graphql'
import { useAsk } from '../../client/ask'
import { Answer, Empty } from '../../parts/Answer'
import { LinkButton } from '../../parts/LinkButton'
import { Page } from '../../parts/Page'
import { minuteOf } from '../../words'
import { History } from '../records/History'
import { useMayRecommend, useRecommender } from './parties'
import { recorded } from './queries'
import { Sheet } from './Sheet'
import './experts.css'

type Found = Extract<NonNullable<RecordedRecommendationQuery['node']>, { __typename: 'Recommendation' }>

/** A recommendation on record, to be printed again as of its day. */
export default function Recorded() {
  const { id = '' } = useParams()
  const answer = useAsk(recorded, { id }, { staleTime: 0 })
  const found = answer.data?.node?.__typename === 'Recommendation' ? answer.data.node : undefined
  const mine = useMine(found)
  return (
    <Page
      title={found ? `推荐单 ${found.id}` : '推荐单'}
      above={<Link to="/experts/recommendations">← 推荐单</Link>}
      lead={found && `已登记，修订 ${found.revision}，${minuteOf(found.updatedAt)}。`}
      actions={
        found && (
          <>
            {mine && <LinkButton to={correction(found)}>更正</LinkButton>}
            <Button type="primary" onClick={() => window.print()}>
              打印
            </Button>
          </>
        )
      }
    >
      <Answer of={answer}>
        {() =>
          found ? (
            <div className="desk">
              <div className="desk-main">
                <Sheet
                  draft={`recommendation-sheet:${found.id}`}
                  head={[
                    ['编号', found.id],
                    ['推荐单位', found.recordedBy],
                    ['用途', found.purpose],
                    ['推荐日期', found.on],
                  ]}
                  experts={found.experts}
                  foot={
                    <p>
                      在库情况截至 <strong>{found.on}</strong>，登记于调解资源共享中心修订 <strong>{found.revision}</strong>。名册内容以数源部门为准。
                    </p>
                  }
                />
              </div>
              <div className="desk-side screen-only">
                <History id={found.id} type="Recommendation" />
              </div>
            </div>
          ) : (
            <Empty title="没有这份推荐单">推荐单由登记的单位、市级和专家库管理员、审计员查看。请核对地址，或换一个帐号登录。</Empty>
          )
        }
      </Answer>
    </Page>
  )
}

/** Whether it is of the reader's own body, which alone corrects it. */
function useMine(found: Found | undefined) {
  const may = useMayRecommend()
  const body = useRecommender()
  return may && !!found && found.recordedBy === body
}

const correction = ({ id, on, experts }: Found) => `/experts/recommendation?${new URLSearchParams([['corrects', id], ['on', on], ...experts.map((one) => ['id', one.id] as [string, string])])}`

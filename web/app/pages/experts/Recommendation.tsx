import { Button, Input } from 'antd'
import { Link, useNavigate } from 'react-router'
import { useAddress } from '../../client/address'
import { useAsk } from '../../client/ask'
import { moveDraft, useDraft } from '../../client/draft'
import { useViewer } from '../../client/viewer'
import { Answer, Empty } from '../../parts/Answer'
import { OnDate } from '../../parts/OnDate'
import { Page } from '../../parts/Page'
import { Parties, useCheck, useMayRecommend, useRecommender } from './parties'
import { recorded, useChosen } from './queries'
import { RecordForm } from './RecordForm'
import { Sheet } from './Sheet'
import type { Picked } from './Tray'
import './experts.css'

/** As many one recommendation names. */
const most = 20

/** Whom the pool recommends, as of which day and revision: to print, and for those who may, to record. */
export default function Recommendation() {
  const address = useAddress()
  const corrects = address.get('corrects')
  const former = useAsk(recorded, { id: corrects }, { enabled: corrects !== '', staleTime: 0 })
  const found = former.data?.node?.__typename === 'Recommendation' ? former.data.node : undefined
  if (!corrects) return <New key="new" />
  return found ? (
    <New key={corrects} corrects={found} />
  ) : (
    <Page title="更正推荐单">
      <Answer of={former}>{() => <Empty title="没有这份推荐单">它由登记的单位更正。请核对地址，或换一个帐号登录。</Empty>}</Answer>
    </Page>
  )
}

function New({ corrects }: { corrects?: { id: string; revision: number; purpose: string } }) {
  const address = useAddress()
  const navigate = useNavigate()
  const viewer = useViewer()
  const may = useMayRecommend()
  const body = useRecommender()
  const ids = address.all('id').slice(0, most)
  const { answer, chosen, ready, revision, day } = useChosen(ids, address.get('on'), useCheck())
  const [purpose, setPurpose, forgetPurpose] = useDraft(`recommendation-purpose:${corrects?.id ?? 'new'}`, corrects?.purpose ?? '')
  const [, , forgetPicked] = useDraft<Picked[]>('experts-picked', [])
  const sheet = `recommendation-sheet:${corrects?.id ?? 'new'}`

  const done = (id: string) => {
    moveDraft(sheet, `recommendation-sheet:${id}`)
    forgetPurpose()
    forgetPicked()
    void navigate(`/experts/recommendations/${id}`)
  }
  const head: [string, React.ReactNode][] = [
    ...(may && viewer ? [['推荐单位', body ?? viewer.name] as [string, string]] : []),
    ['用途', may ? purpose || <span className="soft">（在登记推荐单中填写）</span> : <Input aria-label="用途" variant="underlined" value={purpose} maxLength={200} onChange={(event) => setPurpose(event.target.value)} placeholder="可填写后打印；只保存在本页" />],
  ]
  return (
    <Page
      title={corrects ? '更正推荐单' : '推荐单'}
      above={corrects ? <Link to={`/experts/recommendations/${corrects.id}`}>← 推荐单 {corrects.id}</Link> : <Link to="/experts">← 专家库检索</Link>}
      actions={
        <>
          {!may && <OnDate address={address} label="在库日期，空为今天" />}
          {!corrects && (
            <Button disabled={!ready || chosen.length === 0} onClick={() => window.print()}>
              打印
            </Button>
          )}
        </>
      }
    >
      <Parties />
      {ids.length === 0 && !corrects ? (
        <Empty title="还没有选人">
          请在<Link to="/experts">专家库检索</Link>中勾选专家。
        </Empty>
      ) : (
        <div className={may ? 'desk' : undefined}>
          <div className="desk-main">
            {ids.length > 0 && (
              <Answer of={answer}>
                {() => (
                  <Sheet
                    draft={sheet}
                    head={head}
                    experts={chosen}
                    busy={!ready}
                    foot={
                      <p>
                        在库情况截至 <strong>{day}</strong>，依据调解资源共享中心修订 <strong>{revision}</strong>。名册内容以数源部门为准。{may && (corrects ? '更正尚未登记。' : '本单尚未登记。')}
                      </p>
                    }
                  />
                )}
              </Answer>
            )}
          </div>
          {may && (
            <div className="desk-side screen-only">
              <RecordForm address={address} chosen={chosen} purpose={purpose} setPurpose={setPurpose} corrects={corrects} done={done} />
            </div>
          )}
        </div>
      )}
    </Page>
  )
}

import { Button } from 'antd'
import { useNavigate } from 'react-router'

/** As many can be laid beside one another. */
export const most = 4

export interface Picked {
  id: string
  name: string
}

/** Who is chosen so far, and what can be done with them. */
export function Tray({ picked, setPicked, on }: { picked: Picked[]; setPicked: (picked: Picked[]) => void; on: string }) {
  const go = useNavigate()
  if (picked.length === 0) return null
  const to = new URLSearchParams([...picked.map(({ id }) => ['id', id] as [string, string]), ...(on ? [['on', on] as [string, string]] : [])])
  return (
    <div className="tray" role="region" aria-label="已选专家">
      <span className="soft">
        已选 {picked.length}／{most}
      </span>
      <ul>
        {picked.map(({ id, name }) => (
          <li key={id}>
            {name}
            <Button type="text" size="small" aria-label={`不选${name}`} onClick={() => setPicked(picked.filter((one) => one.id !== id))}>
              ×
            </Button>
          </li>
        ))}
      </ul>
      <Button onClick={() => setPicked([])}>清空</Button>
      <Button disabled={picked.length < 2} onClick={() => void go(`/experts/compare?${to}`)}>
        对比
      </Button>
      <Button type="primary" onClick={() => void go(`/experts/recommendation?${to}`)}>
        推荐单
      </Button>
    </div>
  )
}

import { Link } from 'react-router'
import { Page } from '../parts/Page'

/** An address that no page has. */
export function Lost() {
  return (
    <Page title="没有这一页" lead="地址可能输错了，或者该页已经改名。">
      <p>
        请从左侧的导航进入，或<Link to="/">回到总览</Link>。
      </p>
    </Page>
  )
}

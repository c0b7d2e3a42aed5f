import { Button } from 'antd'
import { useRouteError } from 'react-router'

/** A page that could not be loaded, or fell over: what to do, and the way out. */
export function Broken() {
  const thrown = useRouteError()
  // A browser says so when a file of the page did not come: no connection, or a newer version.
  const notLoaded = thrown instanceof TypeError && /import|module|load/i.test(thrown.message)
  return (
    <div className="failure page" role="alert">
      <strong>{notLoaded ? '这一页没有取到' : '页面出了意外的错误'}</strong>
      <p>{notLoaded ? '可能是网络断开，或服务器刚更新了版本。请检查网络后刷新。' : '请刷新重试；仍不成请告诉运维人员当时在做什么。'}</p>
      <div className="failure-ways">
        <Button type="primary" onClick={() => location.reload()}>
          刷新
        </Button>
        <Button href="/">回到总览</Button>
      </div>
    </div>
  )
}

import { Button, Drawer, Dropdown } from 'antd'
import { Suspense, useEffect, useRef, useState } from 'react'
import { Link, NavLink, Outlet, useLocation, useNavigation } from 'react-router'
import { areas } from '../areas'
import { queries } from '../client/ask'
import { useConnected } from '../client/connection'
import { useSession } from '../client/session'
import { word } from '../words'
import mark from '../mark.svg'
import { SignInDialog } from './SignInDialog'
import { useViewer } from '../client/viewer'
import { PasswordDialog } from './PasswordDialog'

/** What stands around every page: the areas, who is signed in, and whether the server is there. */
export function Frame() {
  const [open, setOpen] = useState(false)
  const { pathname } = useLocation()
  const going = useNavigation().state === 'loading'
  const session = useSession()
  useEffect(() => setOpen(false), [pathname])

  return (
    <div className="frame">
      <a className="skip" href="#main">
        跳到正文
      </a>
      <header className="top">
        <Button type="text" aria-label="打开导航" aria-expanded={open} onClick={() => setOpen(true)} icon={<Icon path="M2 3.5h12M2 8h12M2 12.5h12" line />} />
        <Link to="/" className="brand">
          <img src={mark} alt="" width={26} height={26} />
          调解资源共享中心
        </Link>
      </header>
      <Drawer open={open} onClose={() => setOpen(false)} placement="left" size={248} title="导航" className="drawer">
        <Areas label="导航" />
        <Who />
      </Drawer>
      <div className="side">
        <Link to="/" className="brand">
          <img src={mark} alt="" width={34} height={34} />
          <span>
            调解资源共享中心
            <small>天津市劳动人事争议</small>
          </span>
        </Link>
        <Areas label="主导航" />
        <Who />
      </div>
      <main id="main" tabIndex={-1}>
        <ConnectionBar />
        {going && <div className="going" role="progressbar" aria-label="正在打开页面" />}
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      <SignInDialog />
      <PasswordDialog required open={session.account?.mustChangePassword ?? false} onClose={() => undefined} />
    </div>
  )
}

function Areas({ label }: { label: string }) {
  const role = useViewer()?.role ?? 'ANONYMOUS'
  const shown = areas.filter((area) => !area.roles || area.roles.includes(role))
  const groups = [...new Set(shown.map((area) => area.group))]
  return (
    <nav aria-label={label} className="areas">
      {groups.map((group) => (
        <div key={group} role="group" aria-label={group}>
          <div className="areas-group" aria-hidden>
            {group}
          </div>
          <ul>
            {shown
              .filter((area) => area.group === group)
              .map((area) => (
                <li key={area.path}>
                  <NavLink to={area.path} end={area.path === '/'}>
                    <Icon path={area.icon} />
                    {area.name}
                  </NavLink>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

/** Who is signed in, or the way to sign in. */
function Who() {
  const session = useSession()
  const viewer = useViewer()
  const { pathname, search } = useLocation()
  const [changing, setChanging] = useState(false)
  const trigger = useRef<HTMLButtonElement>(null)
  if (!session.known) return <div className="who" />
  if (!session.signedIn) {
    return (
      <div className="who">
        <span className="soft">未登录，只见公开内容</span>
        <Link to={`/sign-in?to=${encodeURIComponent(pathname + search)}`}>登录</Link>
      </div>
    )
  }
  // Until a password is changed that must be, the hub knows nobody.
  const changes = session.account?.mustChangePassword
  const known = changes ? undefined : viewer
  const of = known?.district?.name ?? known?.court?.shortName ?? known?.agency?.name
  return (
    <div className="who">
      <Dropdown
        autoFocus
        trigger={['click']}
        menu={{
          items: [
            {
              key: 'password',
              label: '修改密码',
              onClick: ({ domEvent }) => {
                // The dialog takes the focus while the Enter key is still down: its press would close it again.
                domEvent.preventDefault()
                // A dialog gives the focus back to where it was, and the menu is gone by then.
                trigger.current?.focus()
                setChanging(true)
              },
            },
            { key: 'out', label: '退出登录', onClick: () => void session.signOut() },
          ],
        }}
      >
        <button ref={trigger} type="button" className="who-name" aria-haspopup="menu">
          <strong>{known?.name ?? session.account?.label}</strong>
          <small>
            {changes ? '须先修改密码' : known && word('Role', known.role)}
            {of && `　${of}`}
          </small>
        </button>
      </Dropdown>
      <PasswordDialog open={changing} onClose={() => setChanging(false)} />
    </div>
  )
}

/** Says that the server is away, and looks every few seconds whether it is back. */
function ConnectionBar() {
  const connected = useConnected()
  const retry = () => void queries.refetchQueries({ type: 'active' })
  useEffect(() => {
    if (connected) return
    const timer = setInterval(retry, 5000)
    return () => clearInterval(timer)
  }, [connected])
  if (connected) return null
  return (
    <div className="connection" role="alert">
      <span>与服务器的连接已断开，正在重新连接。已填写的内容仍在页面上，请勿关闭。</span>
      <Button size="small" onClick={retry}>
        立即重试
      </Button>
    </div>
  )
}

export function Icon({ path, line }: { path: string; line?: boolean }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden fill={line ? 'none' : 'currentColor'} stroke={line ? 'currentColor' : 'none'} strokeWidth="1.5">
      <path d={path} />
    </svg>
  )
}

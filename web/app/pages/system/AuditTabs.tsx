import { NavLink } from 'react-router'
import { useViewer } from '../../client/viewer'

/** What can be searched: reads for members, attempts for those who watch over the hub. */
export function AuditTabs() {
  const role = useViewer()?.role
  if (role === 'PARTNER') return null
  return (
    <nav className="tabs" aria-label="审计">
      <NavLink to="/system/audit" end>
        谁读了什么
      </NavLink>
      <NavLink to="/system/audit/refused">被拒绝的尝试</NavLink>
    </nav>
  )
}

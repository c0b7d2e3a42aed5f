import { Navigate } from 'react-router'
import { useViewer } from '../../client/viewer'
import { tabsOf } from './parts'

/** Opens the first part of the area that is for whoever calls. */
export default function Start() {
  const viewer = useViewer()
  if (!viewer) return null
  return <Navigate to={tabsOf(viewer.role)[0]!.path} replace />
}

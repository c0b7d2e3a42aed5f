import './nonce'
import './app.css'
import 'dayjs/locale/zh-cn'

import { QueryClientProvider } from '@tanstack/react-query'
import { App, ConfigProvider } from 'antd'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter, type RouteObject } from 'react-router'
import { RouterProvider } from 'react-router/dom'
import { areas } from './areas'
import { queries } from './client/ask'
import { Broken } from './frame/Broken'
import { Frame } from './frame/Frame'
import { Lost } from './frame/Lost'
import { theme } from './theme'

dayjs.locale('zh-cn')

const opened = (load: (typeof areas)[number]['page']) => async () => ({ Component: (await load()).default })

const pages: RouteObject[] = areas.flatMap(({ path, page, inner }) => [
  { path, lazy: opened(page) },
  ...Object.entries(inner ?? {}).map(([below, load]) => ({ path: `${path}/${below}`, lazy: opened(load) })),
])

const router = createBrowserRouter([
  {
    Component: Frame,
    HydrateFallback: () => null,
    ErrorBoundary: Broken,
    children: [
      {
        ErrorBoundary: Broken,
        children: [...pages, { path: '/records/:id', lazy: opened(() => import('./pages/records/Record')) }, { path: '/sign-in', lazy: opened(() => import('./pages/SignIn')) }, { path: '*', Component: Lost }],
      },
    ],
  },
])

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <ConfigProvider locale={zhCN} theme={theme} componentSize="middle" wave={{ disabled: true }} button={{ autoInsertSpace: false }}>
      <App component={false}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </App>
    </ConfigProvider>
  </StrictMode>,
)

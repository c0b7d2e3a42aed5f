import { Button, Skeleton } from 'antd'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'react-router'
import { problemOf, type Problem } from '../client/problem'

interface Props<R> {
  of: UseQueryResult<R, Error>
  /** What stands there until the answer does; lines of grey by default. */
  loading?: ReactNode
  children: (data: R) => ReactNode
}

/** Shows an answer, or that it is on its way, or why there is none and what to do. */
export function Answer<R>({ of: query, loading, children }: Props<R>) {
  if (query.data !== undefined) {
    return (
      <div className={query.isPlaceholderData ? 'answer is-former' : 'answer'} aria-busy={query.isPlaceholderData}>
        {query.isError && <Failure problem={problemOf(query.error)} retry={() => void query.refetch()} slim />}
        {children(query.data)}
      </div>
    )
  }
  if (query.isError) return <Failure problem={problemOf(query.error)} retry={() => void query.refetch()} />
  return (
    <div aria-busy="true" role="status" aria-label="正在读取">
      {loading ?? <Skeleton active title={false} paragraph={{ rows: 6 }} />}
    </div>
  )
}

const titles: Record<Problem['kind'], string> = {
  offline: '连接不上服务器',
  signedOut: '需要登录',
  forbidden: '没有权限',
  missing: '没有找到',
  conflict: '内容已被别人改动',
  stale: '数据正在更新',
  busy: '服务器繁忙',
  invalid: '请核对',
  internal: '出了意外的错误',
}

/** What went wrong and what to do, in the server's words. */
export function Failure({ problem, retry, slim }: { problem: Problem; retry?: () => void; slim?: boolean }) {
  const { pathname, search } = useLocation()
  return (
    <div className={slim ? 'failure is-slim' : 'failure'} role="alert">
      <strong>{titles[problem.kind]}</strong>
      <p>{problem.message}</p>
      {problem.requestId && <p className="soft">请求编号 {problem.requestId}</p>}
      <div className="failure-ways">
        {problem.kind === 'invalid' && !slim ? (
          search && <Link to={pathname}>去掉网址中的条件，重新打开</Link>
        ) : problem.kind === 'signedOut' || problem.kind === 'forbidden' ? (
          <Link to={`/sign-in?to=${encodeURIComponent(pathname + search)}`}>{problem.kind === 'forbidden' ? '换一个帐号登录' : '登录'}</Link>
        ) : (
          retry && <Button onClick={retry}>重试</Button>
        )}
      </div>
    </div>
  )
}

/** A list without anything in it, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty" role="status">
      <strong>{title}</strong>
      {children && <p>{children}</p>}
    </div>
  )
}

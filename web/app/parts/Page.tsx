import { useEffect, useRef, type ReactNode } from 'react'

interface Props {
  title: string
  /** One sentence below the title: what the page is for, or where its content comes from. */
  lead?: ReactNode
  /** Buttons at the right of the title. */
  actions?: ReactNode
  /** What stands above the title, such as the way back to a list. */
  above?: ReactNode
  children: ReactNode
}

/** The frame of every page: its title is the tab's too, and a screen reader starts there. */
export function Page({ title, lead, actions, above, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · 调解资源共享中心`
  }, [title])
  useEffect(() => {
    // After a step within the application; the browser does it for a first page.
    if (document.documentElement.dataset.stepped) heading.current?.focus({ preventScroll: true })
    document.documentElement.dataset.stepped = 'true'
  }, [])
  return (
    <article className="page">
      {above && <div className="page-above">{above}</div>}
      <header className="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p className="page-lead">{lead}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </article>
  )
}

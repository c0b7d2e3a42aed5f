import { Button, type ButtonProps } from 'antd'
import { useNavigate } from 'react-router'

/** A button that leads to another page of the application without loading it anew: what is held in memory stays. */
export function LinkButton({ to, ...rest }: Omit<ButtonProps, 'href' | 'onClick'> & { to: string }) {
  const navigate = useNavigate()
  return (
    <Button
      {...rest}
      href={to}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return // a tab or window of its own
        event.preventDefault()
        void navigate(to)
      }}
    />
  )
}

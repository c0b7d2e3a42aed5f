import { Button, Popover } from 'antd'
import { useState, type ReactNode } from 'react'
import { usePopup } from '../client/popup'

interface Props {
  /** What the button says. */
  label: ReactNode
  title: string
  /** What opens; a choice that is made with one press closes it. */
  children: (close: () => void) => ReactNode
}

/** A small button with what opens beside it, by mouse and by keys. */
export function Popup({ label, title, children }: Props) {
  const [open, setOpen] = useState(false)
  const { place, popup } = usePopup()
  const change = (open: boolean) => {
    popup.onOpenChange(open)
    setOpen(open)
  }
  return (
    <span className="popup-place" ref={place}>
      <Popover {...popup} open={open} onOpenChange={change} trigger="click" placement="bottomRight" title={title} content={children(() => change(false))}>
        <Button size="small">{label}</Button>
      </Popover>
    </span>
  )
}

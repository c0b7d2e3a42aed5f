import { Alert, App, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { problemOf } from '../client/problem'
import { useSession } from '../client/session'

interface Values {
  current: string
  password: string
  again: string
}

export function PasswordDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const session = useSession()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)

  const change = async ({ current, password }: Values) => {
    setBusy(true)
    setProblem('')
    try {
      await session.changePassword(current, password)
      void message.success('密码已修改。')
      onClose()
    } catch (thrown) {
      setProblem(problemOf(thrown).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal open={open} onCancel={onClose} title="修改密码" okText="修改" confirmLoading={busy} onOk={() => form.submit()} width={400} destroyOnHidden>
      <Form form={form} layout="vertical" requiredMark={false} preserve={false} onFinish={(values) => void change(values)}>
        {problem && <Alert type="error" title={problem} role="alert" className="sign-in-problem" />}
        <Form.Item name="current" label="现在的密码" rules={[{ required: true, message: '请输入现在的密码。' }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item name="password" label="新密码" rules={[{ required: true, message: '请输入新密码。' }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label="再输一遍新密码"
          dependencies={['password']}
          rules={[{ validator: (_, value) => (value === form.getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error('两遍输入的新密码不一致。'))) }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </Form>
    </Modal>
  )
}

import { Form, Input } from 'antd'

/** A new password, twice: the fields `password` and `again` of a form. What it must be like the server says. */
export const NewPassword = () => (
  <>
    <Form.Item name="password" label="新密码" rules={[{ required: true, message: '请输入新密码。' }]}>
      <Input.Password autoComplete="new-password" />
    </Form.Item>
    <Form.Item
      name="again"
      label="再输一遍新密码"
      dependencies={['password']}
      rules={[({ getFieldValue }) => ({ validator: (_, value) => (value === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error('两遍输入的新密码不一致。'))) })]}
    >
      <Input.Password autoComplete="new-password" />
    </Form.Item>
  </>
)

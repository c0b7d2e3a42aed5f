import type { ThemeConfig } from 'antd'

/** The colours of the pages; app.css has the same as custom properties. */
export const ink = {
  primary: '#1b5075',
  text: '#1c2630',
  soft: '#52606d',
  line: '#dcdfdb',
  paper: '#f4f5f2',
  green: '#24724a',
  amber: '#8f5a00',
  red: '#a8322a',
}

const fonts = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", system-ui, sans-serif'

/** Ant Design, calmer: small radii, no shadows but under what floats, contrast of WCAG AA throughout. */
export const theme: ThemeConfig = {
  cssVar: { key: 'concord' },
  hashed: false,
  token: {
    colorPrimary: ink.primary,
    colorLink: ink.primary,
    colorInfo: ink.primary,
    colorSuccess: ink.green,
    colorWarning: ink.amber,
    colorError: ink.red,
    colorText: ink.text,
    colorTextSecondary: ink.soft,
    colorTextTertiary: ink.soft,
    colorTextDescription: ink.soft,
    colorTextPlaceholder: '#66727e',
    colorTextDisabled: '#6d7882',
    // The tints that Ant Design would derive of these dark tones are grey.
    colorInfoBg: '#e8eff4',
    colorInfoBorder: '#a9c3d4',
    colorSuccessBg: '#eaf4ee',
    colorSuccessBorder: '#a5cdb6',
    colorWarningBg: '#fdf3dc',
    colorWarningBorder: '#d9b45b',
    colorErrorBg: '#fbf0ef',
    colorErrorBorder: '#e0b3af',
    colorBorder: '#c4cac8',
    colorBorderSecondary: ink.line,
    colorBgLayout: ink.paper,
    borderRadius: 5,
    fontFamily: fonts,
    fontSize: 14,
    motionDurationMid: '0.12s',
    motionDurationSlow: '0.16s',
  },
  components: {
    Table: { headerBg: '#eceeea', headerColor: ink.soft, cellPaddingBlockMD: 9, cellPaddingInlineMD: 12, rowHoverBg: '#f2f6f8' },
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
    Tabs: { horizontalMargin: '0 0 16px 0' },
    Descriptions: { labelBg: '#f4f5f2' },
  },
}

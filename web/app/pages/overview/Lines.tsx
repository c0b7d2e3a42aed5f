// The pictures of the trends. This is the one module that loads ECharts, and of it only what
// a line needs; it is loaded when the trends are shown.
import { LineChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { ink } from '../../theme'

use([LineChart, GridComponent, TooltipComponent, CanvasRenderer])

interface Props {
  /** What the picture shows, in words. */
  label: string
  days: readonly string[]
  values: readonly number[]
}

export default function Lines({ label, days, values }: Props) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const chart = init(place.current!)
    chart.setOption({
      animation: false,
      grid: { left: 4, right: 10, top: 12, bottom: 4, containLabel: true },
      tooltip: { trigger: 'axis', renderMode: 'richText', confine: true }, // text on the canvas: markup with styles is refused by our policy
      xAxis: { type: 'category', data: [...days], boundaryGap: false, axisLabel: { color: ink.soft, hideOverlap: true, formatter: (day: string) => day.slice(0, 7) }, axisLine: { lineStyle: { color: ink.line } }, axisTick: { show: false } },
      yAxis: { type: 'value', scale: true, minInterval: 1, splitNumber: 3, axisLabel: { color: ink.soft }, splitLine: { lineStyle: { color: ink.line } } },
      series: [{ type: 'line', data: [...values], symbolSize: 5, lineStyle: { color: ink.primary, width: 2 }, itemStyle: { color: ink.primary } }],
    })
    const observer = new ResizeObserver(() => chart.resize())
    observer.observe(place.current!)
    return () => {
      observer.disconnect()
      chart.dispose()
    }
  }, [days, values])
  return <div ref={place} className="trend-picture" role="img" aria-label={label} />
}

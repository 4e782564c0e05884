<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>Catalogue</name>
    <message>
        <source>limit</source>
        <translation>限值</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Command, asset or point</source>
        <translation>命令、资产或测点</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>查找结果</translation>
    </message>
</context>
<context>
    <name>ConnectionForm</name>
    <message>
        <source>kept in the system keyring</source>
        <translation>已存于系统密钥环</translation>
    </message>
    <message>
        <source>An asset of a type</source>
        <translation>某类型的资产</translation>
    </message>
    <message>
        <source>One device</source>
        <translation>单台设备</translation>
    </message>
    <message>
        <source>Devices that announce themselves</source>
        <translation>自动上报的设备</translation>
    </message>
    <message>
        <source>Several, as they are</source>
        <translation>多个，保持不变</translation>
    </message>
    <message>
        <source>Behind it</source>
        <translation>所接对象</translation>
    </message>
    <message>
        <source>Asset type</source>
        <translation>资产类型</translation>
    </message>
    <message>
        <source>Asset number</source>
        <translation>资产编号</translation>
    </message>
    <message>
        <source>Device name</source>
        <translation>设备名称</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>设备模型</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单元号</translation>
    </message>
    <message>
        <source>The connection has no name.</source>
        <translation>连接没有名称。</translation>
    </message>
    <message>
        <source>{0} is missing.</source>
        <translation>缺少“{0}”。</translation>
    </message>
    <message>
        <source>The unit must be a number from 0 to 255.</source>
        <translation>单元号必须是 0 到 255 的数字。</translation>
    </message>
</context>
<context>
    <name>ConnectionFormPanel</name>
    <message>
        <source>Revert</source>
        <translation>还原</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>New connection</source>
        <translation>新建连接</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Link type</source>
        <translation>链路类型</translation>
    </message>
    <message>
        <source>More settings</source>
        <translation>更多设置</translation>
    </message>
    <message>
        <source>e.g. {0}</source>
        <translation>例如 {0}</translation>
    </message>
</context>
<context>
    <name>ConnectionTable</name>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
</context>
<context>
    <name>ConnectionsModel</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>链路</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>RTT</source>
        <translation>往返时间</translation>
    </message>
    <message>
        <source>RX /s</source>
        <translation>接收/秒</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>最近错误</translation>
    </message>
    <message>
        <source>Errors /h</source>
        <translation>错误 /h</translation>
    </message>
    <message>
        <source>disabled</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>已关闭</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>正在连接</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>silent</source>
        <translation>无应答</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>retry in {0} s</source>
        <translation>{0} 秒后重试</translation>
    </message>
    <message>
        <source>recording</source>
        <translation>正在录制</translation>
    </message>
</context>
<context>
    <name>ConnectionsPage</name>
    <message>
        <source>No connection yet. Add the gateway, broker or serial port you want to see.</source>
        <translation>还没有连接。请添加要查看的网关、代理服务器或串口。</translation>
    </message>
    <message>
        <source>Add connection…</source>
        <translation>添加连接…</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>编辑…</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Record raw bytes</source>
        <translation>录制原始字节</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Connections: {0}</source>
        <translation>连接：{0}</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Stop recording</source>
        <translation>停止录制</translation>
    </message>
    <message>
        <source>New connection</source>
        <translation>新建连接</translation>
    </message>
    <message>
        <source>Not saved yet: {0}</source>
        <translation>尚未保存：{0}</translation>
    </message>
    <message>
        <source>Import connections</source>
        <translation>导入连接</translation>
    </message>
    <message>
        <source>Export connections</source>
        <translation>导出连接</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>已保存 {0}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>DiagnosticsModel</name>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查项</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>所见</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>Pass</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Fail</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>受阻</translation>
    </message>
</context>
<context>
    <name>DiagnosticsPanel</name>
    <message>
        <source>Diagnostics</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>复制报告</translation>
    </message>
    <message>
        <source>Test checks the way to the device step by step and says how to mend what fails.</source>
        <translation>测试会逐步检查到设备的通路，并说明故障如何排除。</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>检查结果</translation>
    </message>
    <message>
        <source>{0}, running</source>
        <translation>{0}，进行中</translation>
    </message>
    <message>
        <source>{0}, all {1} checks done</source>
        <translation>{0}，{1} 项检查全部完成</translation>
    </message>
    <message>
        <source>{0}, stopped at the first failure, line {1} of {2}</source>
        <translation>{0}，在第一处失败停止，第 {1} 行，共 {2} 行</translation>
    </message>
    <message>
        <source>Diagnosis of {0}, {1}</source>
        <translation>{0} 的诊断，{1}</translation>
    </message>
</context>
<context>
    <name>FileWishes</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Exported to {0}</source>
        <translation>已导出到 {0}</translation>
    </message>
    <message>
        <source>{0} cannot be written. Choose another folder.</source>
        <translation>无法写入 {0}。请选择其他文件夹。</translation>
    </message>
    <message>
        <source>Exporting to {0}</source>
        <translation>正在导出到 {0}</translation>
    </message>
    <message>
        <source>Exported {0} rows to {1}</source>
        <translation>已将 {0} 行导出到 {1}</translation>
    </message>
</context>
<context>
    <name>FindingLine</name>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Copy command</source>
        <translation>复制命令</translation>
    </message>
    <message>
        <source>Test again</source>
        <translation>再次测试</translation>
    </message>
</context>
<context>
    <name>InlineMessage</name>
    <message>
        <source>Dismiss the message</source>
        <translation>关闭消息</translation>
    </message>
</context>
<context>
    <name>LivePage</name>
    <message>
        <source>No device is known yet. Add a connection to see its points here.</source>
        <translation>还没有已知设备。添加连接后，其测点会显示在这里。</translation>
    </message>
    <message>
        <source>Go to Connections</source>
        <translation>转到连接</translation>
    </message>
    <message>
        <source>Time span</source>
        <translation>时间跨度</translation>
    </message>
    <message>
        <source>Last {0}</source>
        <translation>最近 {0}</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟随</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Crosshair</source>
        <translation>十字线</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <source>{0} h</source>
        <translation>{0} 小时</translation>
    </message>
    <message>
        <source>{0} d</source>
        <translation>{0} 天</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>测点</translation>
    </message>
    <message>
        <source>Float or dock {0}</source>
        <translation>浮动或停靠“{0}”</translation>
    </message>
    <message>
        <source>Follow now</source>
        <translation>跟随当前</translation>
    </message>
    <message>
        <source>Pause or run</source>
        <translation>暂停或运行</translation>
    </message>
    <message>
        <source>Measure between two cursors</source>
        <translation>在两条游标之间测量</translation>
    </message>
    <message>
        <source>Export what is visible</source>
        <translation>导出可见内容</translation>
    </message>
    <message>
        <source>Find a point or asset</source>
        <translation>查找测点或资产</translation>
    </message>
    <message>
        <source>Live: {0}</source>
        <translation>实时：{0}</translation>
    </message>
    <message>
        <source>Plotted {0}</source>
        <translation>已绘制 {0}</translation>
    </message>
    <message>
        <source>Removed {0}</source>
        <translation>已移除 {0}</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Zoomed</source>
        <translation>已缩放</translation>
    </message>
    <message>
        <source>A text has no curve: nothing was plotted.</source>
        <translation>文本没有曲线：未绘制任何内容。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>Go to {0}</source>
        <translation>转到“{0}”</translation>
    </message>
    <message>
        <source>Show problems</source>
        <translation>显示问题</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>The window changes at once</source>
        <translation>窗口立即切换</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Desk</source>
        <translation>桌面</translation>
    </message>
    <message>
        <source>Field, for gloves</source>
        <translation>现场（可戴手套）</translation>
    </message>
    <message>
        <source>Commands…</source>
        <translation>命令…</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>+{0} more</source>
        <translation>另有 {0} 项</translation>
    </message>
</context>
<context>
    <name>MeasurePanel</name>
    <message>
        <source>Measure A → B</source>
        <translation>测量 A → B</translation>
    </message>
    <message>
        <source>Copy table</source>
        <translation>复制表格</translation>
    </message>
    <message>
        <source>Close the measurement</source>
        <translation>关闭测量</translation>
    </message>
    <message>
        <source>Measured values</source>
        <translation>测量值</translation>
    </message>
</context>
<context>
    <name>PassphrasePrompt</name>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Passphrase again</source>
        <translation>再次输入口令</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <source>This system has no keyring. Choose a passphrase: passwords are then kept encrypted in {0}. Nobody can recover it.</source>
        <translation>本系统没有密钥环。请设置口令：密码将加密保存在 {0} 中。口令遗失后无法找回。</translation>
    </message>
    <message>
        <source>Passwords are encrypted in {0}. Its passphrase opens them.</source>
        <translation>密码已加密保存在 {0} 中，请输入口令以打开。</translation>
    </message>
    <message>
        <source>That passphrase does not open {0}. Try again.</source>
        <translation>该口令无法打开 {0}，请重试。</translation>
    </message>
    <message>
        <source>Keep passwords</source>
        <translation>保存密码</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>PlotBoard</name>
    <message>
        <source>{0} {1}, no data</source>
        <translation>{0} {1}，无数据</translation>
    </message>
    <message>
        <source>{0} {1}, last {2} {3}, min {4}, max {5}, {6}</source>
        <translation>{0} {1}，最新 {2} {3}，最小 {4}，最大 {5}，{6}</translation>
    </message>
    <message>
        <source>steady</source>
        <translation>平稳</translation>
    </message>
    <message>
        <source>rising</source>
        <translation>上升</translation>
    </message>
    <message>
        <source>falling</source>
        <translation>下降</translation>
    </message>
</context>
<context>
    <name>PlotCanvas</name>
    <message>
        <source>no data</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>Drag a Point here, or select it and press Space</source>
        <translation>将测点拖到这里，或选中后按空格键</translation>
    </message>
    <message>
        <source>Plots</source>
        <translation>曲线图</translation>
    </message>
    <message>
        <source>{0} plots, {1} curves of {2} Assets.</source>
        <translation>{0} 幅图，{2} 个资产的 {1} 条曲线。</translation>
    </message>
</context>
<context>
    <name>PlotMenu</name>
    <message>
        <source>Automatic range</source>
        <translation>自动量程</translation>
    </message>
    <message>
        <source>Remove plot</source>
        <translation>移除图</translation>
    </message>
    <message>
        <source>Own axis</source>
        <translation>单独坐标轴</translation>
    </message>
    <message>
        <source>Move to plot above</source>
        <translation>移到上方的图</translation>
    </message>
    <message>
        <source>Move to plot below</source>
        <translation>移到下方的图</translation>
    </message>
    <message>
        <source>Move to a new plot</source>
        <translation>移到新图</translation>
    </message>
    <message>
        <source>Remove curve</source>
        <translation>移除曲线</translation>
    </message>
    <message>
        <source>Export this plot as CSV…</source>
        <translation>将此图导出为 CSV…</translation>
    </message>
    <message>
        <source>Export what is visible as CSV…</source>
        <translation>将可见内容导出为 CSV…</translation>
    </message>
    <message>
        <source>Export from A to B as CSV…</source>
        <translation>将 A 到 B 导出为 CSV…</translation>
    </message>
    <message>
        <source>Save picture as PNG…</source>
        <translation>将图片另存为 PNG…</translation>
    </message>
    <message>
        <source>Save picture as SVG…</source>
        <translation>将图片另存为 SVG…</translation>
    </message>
</context>
<context>
    <name>PointsModel</name>
    <message>
        <source>bad</source>
        <translation>无效</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Point</source>
        <translation>测点</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>时效</translation>
    </message>
</context>
<context>
    <name>PointsPanel</name>
    <message>
        <source>Points</source>
        <translation>测点</translation>
    </message>
    <message>
        <source>Find a point or asset</source>
        <translation>查找测点或资产</translation>
    </message>
    <message>
        <source>{0} plotted · {1} of {2} assets shown</source>
        <translation>已绘制 {0} · 显示 {1}/{2} 个资产</translation>
    </message>
</context>
<context>
    <name>PointsTree</name>
    <message>
        <source>Points</source>
        <translation>测点</translation>
    </message>
    <message>
        <source>Space plots a point, Ctrl+Enter in a plot of its own</source>
        <translation>空格键绘制测点，Ctrl+Enter 在新图中绘制</translation>
    </message>
    <message>
        <source>Remove from plot</source>
        <translation>从图中移除</translation>
    </message>
    <message>
        <source>Plot</source>
        <translation>绘制</translation>
    </message>
    <message>
        <source>Plot in a new plot</source>
        <translation>在新图中绘制</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
</context>
<context>
    <name>ProblemPanel</name>
    <message>
        <source>Problems</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>No problem stands.</source>
        <translation>目前没有问题。</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>知道了</translation>
    </message>
</context>
<context>
    <name>Program</name>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>{0} to store</source>
        <translation>待存 {0}</translation>
    </message>
    <message>
        <source>Store {0}</source>
        <translation>存储 {0}</translation>
    </message>
    <message>
        <source>The demo district ended: {0}</source>
        <translation>演示街区已结束：{0}</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Saved {0}</source>
        <translation>已保存 {0}</translation>
    </message>
    <message>
        <source>Enabled {0}</source>
        <translation>已启用 {0}</translation>
    </message>
    <message>
        <source>Disabled {0}</source>
        <translation>已停用 {0}</translation>
    </message>
    <message>
        <source>Removed {0}</source>
        <translation>已移除 {0}</translation>
    </message>
    <message>
        <source>{0} is back</source>
        <translation>{0} 已恢复</translation>
    </message>
    <message>
        <source>{0} cannot be imported: {1}. Nothing was changed.</source>
        <translation>无法导入 {0}：{1}。未作任何更改。</translation>
    </message>
    <message>
        <source>Imported {0} connections</source>
        <translation>已导入 {0} 个连接</translation>
    </message>
    <message>
        <source>{0} cannot be written: {1}.</source>
        <translation>无法写入 {0}：{1}。</translation>
    </message>
    <message>
        <source>Exported to {0}</source>
        <translation>已导出到 {0}</translation>
    </message>
    <message>
        <source>{0} is not open.</source>
        <translation>{0} 未打开。</translation>
    </message>
    <message>
        <source>Recorded to {0}</source>
        <translation>已录制到 {0}</translation>
    </message>
    <message>
        <source>Recording to {0}</source>
        <translation>正在录制到 {0}</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>{0} of {1} links connected</source>
        <translation>{1} 条链路中已连接 {0} 条</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Search, command</source>
        <translation>搜索、命令</translation>
    </message>
</context>
<context>
    <name>_Sheet</name>
    <message>
        <source>Measured values</source>
        <translation>测量值</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>min</source>
        <translation>最小</translation>
    </message>
    <message>
        <source>max</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>slope /min</source>
        <translation>斜率/分钟</translation>
    </message>
    <message>
        <source>samples</source>
        <translation>样本数</translation>
    </message>
    <message>
        <source>Curve</source>
        <translation>曲线</translation>
    </message>
</context>
</TS>

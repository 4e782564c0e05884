<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>Age</name>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
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
</context>
<context>
    <name>Catalogue</name>
    <message>
        <source>limit</source>
        <translation>限值</translation>
    </message>
</context>
<context>
    <name>CheckList</name>
    <message>
        <source>Checks</source>
        <translation>检查项</translation>
    </message>
</context>
<context>
    <name>CheckRow</name>
    <message>
        <source>{0} (opened again: {1})</source>
        <translation>{0}（重新打开 {1} 次）</translation>
    </message>
    <message>
        <source>Identify {0}</source>
        <translation>识别{0}</translation>
    </message>
    <message>
        <source>Go to the check that blocks</source>
        <translation>转到阻碍它的检查</translation>
    </message>
    <message>
        <source>Test the connection</source>
        <translation>测试连接</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>{0} has not passed, so this cannot be checked.</source>
        <translation>{0}尚未通过，因此无法检查此项。</translation>
    </message>
    <message>
        <source>Try {0} of 3</source>
        <translation>第 {0}/3 次</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Command, asset or point</source>
        <translation>命令、资产或点位</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>查找结果</translation>
    </message>
</context>
<context>
    <name>Commission</name>
    <message>
        <source>None of them</source>
        <translation>都没有</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>No</source>
        <translation>否</translation>
    </message>
    <message>
        <source>no link</source>
        <translation>无链路</translation>
    </message>
    <message>
        <source>{0} good, errors: {1}</source>
        <translation>{0} 良好，错误 {1} 个</translation>
    </message>
    <message>
        <source>{0} not connected</source>
        <translation>{0} 未连接</translation>
    </message>
</context>
<context>
    <name>CommissionPage</name>
    <message>
        <source>Commission: step before</source>
        <translation>调试：上一步</translation>
    </message>
    <message>
        <source>Commission: retry the check</source>
        <translation>调试：重试该检查</translation>
    </message>
    <message>
        <source>Commission: skip or waive the check</source>
        <translation>调试：跳过或豁免该检查</translation>
    </message>
    <message>
        <source>Commission: run all automatic checks</source>
        <translation>调试：运行全部自动检查</translation>
    </message>
    <message>
        <source>Commission: leave the job, resume it later</source>
        <translation>调试：离开任务，稍后继续</translation>
    </message>
</context>
<context>
    <name>ConnectionForm</name>
    <message>
        <source>unchanged</source>
        <translation>保持不变</translation>
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
        <translation>从站地址</translation>
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
        <translation>从站地址必须是 0 到 255 的数字。</translation>
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
    <message>
        <source>{0}, missing</source>
        <translation>{0}（缺失）</translation>
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
        <translation>还没有连接。请添加要查看的网关、MQTT 服务器或串口。</translation>
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
    <name>DangerLine</name>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Start the test</source>
        <translation>开始测试</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>重新运行</translation>
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
    <name>EvidencePanel</name>
    <message>
        <source>Evidence</source>
        <translation>证据</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>实测值</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>要求</translation>
    </message>
    <message>
        <source>Basis</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Attempt</source>
        <translation>次数</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>设备模型</translation>
    </message>
    <message>
        <source>Raw frames</source>
        <translation>原始帧</translation>
    </message>
    <message>
        <source>Nothing went over the line.</source>
        <translation>线路上没有收发内容。</translation>
    </message>
    <message>
        <source>What goes over the line while the check runs.</source>
        <translation>检查运行时线路上的收发内容。</translation>
    </message>
    <message>
        <source>{0}, at {1}</source>
        <translation>{0}，{1}</translation>
    </message>
    <message>
        <source>{0} earlier frames in the report</source>
        <translation>报告中另有 {0} 个较早的帧</translation>
    </message>
    <message>
        <source>Hash {0}
follows {1}</source>
        <translation>哈希 {0}
上一个 {1}</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>visual</source>
        <translation>目视</translation>
    </message>
    <message>
        <source>functional</source>
        <translation>功能</translation>
    </message>
    <message>
        <source>local</source>
        <translation>本地</translation>
    </message>
    <message>
        <source>gateway</source>
        <translation>网关</translation>
    </message>
    <message>
        <source>platform</source>
        <translation>平台</translation>
    </message>
</context>
<context>
    <name>FileDialog</name>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>File name</source>
        <translation>文件名</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
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
        <source>Exported to {0}, rows: {1}</source>
        <translation>已导出到 {0}，共 {1} 行</translation>
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
    <name>Footer</name>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Skip…</source>
        <translation>跳过…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Close the job</source>
        <translation>关闭任务</translation>
    </message>
    <message>
        <source>Go to {0} item that blocks</source>
        <translation>转到 {0} 个阻碍项</translation>
    </message>
    <message>
        <source>Go to the first of {0} items that block</source>
        <translation>转到 {0} 个阻碍项之首</translation>
    </message>
    <message>
        <source>Sign in {0}</source>
        <translation>{0} 后可签署</translation>
    </message>
    <message>
        <source>Sign</source>
        <translation>签署</translation>
    </message>
    <message>
        <source>Fix {0} failure</source>
        <translation>处理 {0} 个不合格项</translation>
    </message>
    <message>
        <source>Fix {0} failures</source>
        <translation>处理 {0} 个不合格项</translation>
    </message>
    <message>
        <source>Answer {0} question</source>
        <translation>回答 {0} 个问题</translation>
    </message>
    <message>
        <source>Answer {0} questions</source>
        <translation>回答 {0} 个问题</translation>
    </message>
    <message>
        <source>Start the test</source>
        <translation>开始测试</translation>
    </message>
    <message>
        <source>Continue to step {0}</source>
        <translation>继续，第 {0} 步</translation>
    </message>
    <message>
        <source>Continue ({0} deferred)</source>
        <translation>继续（{0} 项延后）</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>已保存 {0}</translation>
    </message>
</context>
<context>
    <name>HeaderLine</name>
    <message>
        <source>no serial</source>
        <translation>无序列号</translation>
    </message>
    <message>
        <source>Step {0} of {1}</source>
        <translation>第 {0}/{1} 步</translation>
    </message>
    <message>
        <source>Offline, {0} deferred</source>
        <translation>离线，{0} 项延后</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Soak {0} of {1}</source>
        <translation>持续记录 {0}/{1}</translation>
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
    <name>ItemRow</name>
    <message>
        <source>Go to</source>
        <translation>转到</translation>
    </message>
    <message>
        <source>Go to {0}</source>
        <translation>转到“{0}”</translation>
    </message>
</context>
<context>
    <name>JobVerdict</name>
    <message>
        <source>Commissioned</source>
        <translation>调试合格</translation>
    </message>
    <message>
        <source>Commissioned locally ({0} deferred)</source>
        <translation>本地调试合格（{0} 项延后）</translation>
    </message>
    <message>
        <source>Conditional ({0} open items)</source>
        <translation>有条件合格（{0} 个遗留项）</translation>
    </message>
    <message>
        <source>Rejected ({0} open items)</source>
        <translation>不合格（{0} 个遗留项）</translation>
    </message>
</context>
<context>
    <name>LampTile</name>
    <message>
        <source>Identify {0}</source>
        <translation>识别 {0}</translation>
    </message>
    <message>
        <source>address {0}</source>
        <translation>地址 {0}</translation>
    </message>
</context>
<context>
    <name>LeaveOutPanel</name>
    <message>
        <source>What to do</source>
        <translation>处理方式</translation>
    </message>
    <message>
        <source>Skip, stays open</source>
        <translation>跳过，列为遗留项</translation>
    </message>
    <message>
        <source>Waive the failure</source>
        <translation>豁免不合格项</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Part missing or broken</source>
        <translation>部件缺失或损坏</translation>
    </message>
    <message>
        <source>No access</source>
        <translation>无法接近</translation>
    </message>
    <message>
        <source>Weather or traffic</source>
        <translation>天气或交通</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Punch class</source>
        <translation>遗留等级</translation>
    </message>
    <message>
        <source>A, blocks acceptance</source>
        <translation>A，阻碍验收</translation>
    </message>
    <message>
        <source>B, before take-over</source>
        <translation>B，移交前</translation>
    </message>
    <message>
        <source>C, cosmetic</source>
        <translation>C，外观</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Who waives</source>
        <translation>豁免人</translation>
    </message>
    <message>
        <source>Reason in words</source>
        <translation>文字说明原因</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Sign before the soak is over</source>
        <translation>在持续记录结束前签署</translation>
    </message>
    <message>
        <source>Waive</source>
        <translation>豁免</translation>
    </message>
</context>
<context>
    <name>ListHead</name>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查项</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>实测值</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>限值</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
</context>
<context>
    <name>LivePage</name>
    <message>
        <source>No device is known yet. Add a connection to see its points here.</source>
        <translation>还没有已知设备。添加连接后，其点位会显示在这里。</translation>
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
        <translation>点位</translation>
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
        <source>Send a command to the selected point</source>
        <translation>向所选点位下发指令</translation>
    </message>
    <message>
        <source>Find a point or asset</source>
        <translation>查找点位或资产</translation>
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
    <name>LiveSwitching</name>
    <message>
        <source>{0} is only read</source>
        <translation>{0}只能读取</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Commission</source>
        <translation>调试</translation>
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
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
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
        <source>This system has no keyring. Choose a passphrase: passwords and the key that signs reports are then kept encrypted in {0}. Nobody can recover it.</source>
        <translation>本系统没有密钥环。请设置口令：密码和签署报告的密钥将加密保存在 {0} 中。口令遗失后无法找回。</translation>
    </message>
    <message>
        <source>Passwords and the key that signs reports are encrypted in {0}. Its passphrase opens them.</source>
        <translation>密码和签署报告的密钥已加密保存在 {0} 中，请输入口令以打开。</translation>
    </message>
    <message>
        <source>Keep encrypted</source>
        <translation>加密保存</translation>
    </message>
    <message>
        <source>That passphrase does not open {0}. Try again.</source>
        <translation>该口令无法打开 {0}，请重试。</translation>
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
        <translation>将点位拖到这里，或选中后按空格键</translation>
    </message>
    <message>
        <source>Plots</source>
        <translation>曲线图</translation>
    </message>
    <message>
        <source>Plots: {0}, curves: {1}, assets: {2}.</source>
        <translation>{0} 幅图，{1} 条曲线，{2} 个资产。</translation>
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
        <source>frozen</source>
        <translation>长时间不变</translation>
    </message>
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
        <translation>点位</translation>
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
        <translation>点位</translation>
    </message>
    <message>
        <source>Find a point or asset</source>
        <translation>查找点位或资产</translation>
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
        <translation>点位</translation>
    </message>
    <message>
        <source>Space plots a point, Ctrl+Enter in a plot of its own, S sends a command to it</source>
        <translation>空格绘制点位，Ctrl+Enter 在单独的图中绘制，S 下发指令</translation>
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
        <source>Send a command…</source>
        <translation>下发指令…</translation>
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
    <name>QAbstractFileIconProvider</name>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>%1 File</source>
        <translation>%1 文件</translation>
    </message>
    <message>
        <source>Drive</source>
        <translation>驱动器</translation>
    </message>
</context>
<context>
    <name>QFileSystemModel</name>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
</context>
<context>
    <name>QuestionBox</name>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>No</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>RampPlot</name>
    <message>
        <source>What followed the level, over the test</source>
        <translation>测试中随等级变化的曲线</translation>
    </message>
    <message>
        <source>Measuring…</source>
        <translation>正在测量…</translation>
    </message>
    <message>
        <source>What follows the level is drawn here while the test runs.</source>
        <translation>测试运行时，随等级变化的量在此绘出。</translation>
    </message>
</context>
<context>
    <name>ReviewView</name>
    <message>
        <source>Waive the soak…</source>
        <translation>豁免持续记录…</translation>
    </message>
    <message>
        <source>Open the report</source>
        <translation>打开报告</translation>
    </message>
    <message>
        <source>{0} of {1} checks done, {2} open, {3} waived. Signed by {4}.</source>
        <translation>已完成 {0}/{1} 项检查，{2} 项待办，{3} 项豁免。签署人：{4}。</translation>
    </message>
    <message>
        <source>{0} of {1} checks done, {2} open, {3} waived. To be signed by {4}.</source>
        <translation>已完成 {0}/{1} 项检查，{2} 项待办，{3} 项豁免。待 {4} 签署。</translation>
    </message>
    <message>
        <source>The soak was cut short: {0}</source>
        <translation>持续记录被缩短：{0}</translation>
    </message>
    <message>
        <source>All points are recorded for another {0} before the job can be signed.</source>
        <translation>所有点位还需记录 {0}，之后才能签署。</translation>
    </message>
    <message>
        <source>Report: {0}</source>
        <translation>报告：{0}</translation>
    </message>
    <message>
        <source>The report is not written yet.</source>
        <translation>报告尚未写出。</translation>
    </message>
    <message>
        <source>Write the report</source>
        <translation>写出报告</translation>
    </message>
    <message>
        <source>Sign as rejected…</source>
        <translation>按不合格签署…</translation>
    </message>
    <message>
        <source>Press again: the report will say rejected</source>
        <translation>再按一次：报告将写明不合格</translation>
    </message>
    <message>
        <source>Open or waived</source>
        <translation>未完成或已豁免</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Steps: nothing is open or waived</source>
        <translation>步骤：没有未完成或豁免的项目</translation>
    </message>
</context>
<context>
    <name>Role</name>
    <message>
        <source>Installer</source>
        <translation>安装人员</translation>
    </message>
    <message>
        <source>Lead</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>Customer witness</source>
        <translation>业主见证人</translation>
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
        <source>Connections imported: {0}</source>
        <translation>已导入 {0} 个连接</translation>
    </message>
    <message>
        <source>Recording to {0}</source>
        <translation>正在录制到 {0}</translation>
    </message>
</context>
<context>
    <name>StartView</name>
    <message>
        <source>Commissioning</source>
        <translation>调试</translation>
    </message>
    <message>
        <source>Pole</source>
        <translation>智慧杆</translation>
    </message>
    <message>
        <source>Sign</source>
        <translation>标志</translation>
    </message>
    <message>
        <source>Asset</source>
        <translation>资产</translation>
    </message>
    <message>
        <source>Scan or type; may stay empty</source>
        <translation>扫描或输入，可留空</translation>
    </message>
    <message>
        <source>Your name, as it stands in the report</source>
        <translation>您的姓名，将写入报告</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Add connection…</source>
        <translation>添加连接…</translation>
    </message>
    <message>
        <source>New job</source>
        <translation>新任务</translation>
    </message>
    <message>
        <source>Serial</source>
        <translation>序列号</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>操作员</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>链路</translation>
    </message>
    <message>
        <source>Resume ({0})</source>
        <translation>继续（{0}）</translation>
    </message>
    <message>
        <source>{0}, {1} of {2} checks done, begun {3} ago, {4}</source>
        <translation>{0}，已完成 {1}/{2} 项检查，{3}前开始，{4}</translation>
    </message>
    <message>
        <source>{0}, signed {1}</source>
        <translation>{0}，已签署 {1}</translation>
    </message>
    <message>
        <source>No saved connection leads to such an asset yet.</source>
        <translation>尚无通向此类资产的已保存连接。</translation>
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
    <name>StepRow</name>
    <message>
        <source>{0} of {1} checks done</source>
        <translation>已完成 {0} / {1} 项</translation>
    </message>
</context>
<context>
    <name>StepView</name>
    <message>
        <source>{0} of {1} checks done</source>
        <translation>已完成 {0}/{1} 项检查</translation>
    </message>
    <message>
        <source>{0}, {1} failed</source>
        <translation>{0}，{1} 项不合格</translation>
    </message>
    <message>
        <source>Waits, checks to go: {0}</source>
        <translation>等待 {0} 项检查</translation>
    </message>
    <message>
        <source>Waits</source>
        <translation>等待中</translation>
    </message>
</context>
<context>
    <name>StepsRail</name>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Background checks</source>
        <translation>后台检查</translation>
    </message>
    <message>
        <source>Soak</source>
        <translation>持续记录</translation>
    </message>
    <message>
        <source>Checks done</source>
        <translation>已完成检查</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}/{1}</translation>
    </message>
</context>
<context>
    <name>SwitchPanel</name>
    <message>
        <source>Send</source>
        <translation>下发</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Leave it so</source>
        <translation>保持现状</translation>
    </message>
    <message>
        <source>It is so</source>
        <translation>属实</translation>
    </message>
    <message>
        <source>It is not so</source>
        <translation>不属实</translation>
    </message>
    <message>
        <source>Test the connection</source>
        <translation>测试连接</translation>
    </message>
    <message>
        <source>Close the command</source>
        <translation>关闭指令</translation>
    </message>
    <message>
        <source>Put back by itself after {0} s</source>
        <translation>{0} 秒后自动恢复</translation>
    </message>
    <message>
        <source>Undo {0} s</source>
        <translation>撤销 {0} 秒</translation>
    </message>
</context>
<context>
    <name>Switching</name>
    <message>
        <source>A command of class {0} needs a preview and a confirmation, which this page does not give. Send it while commissioning, or with the device&apos;s own service tool.</source>
        <translation>{0} 级指令需要预览和确认，本页不提供。请在“调试”页下发，或使用设备自带的维护工具。</translation>
    </message>
    <message>
        <source>sent from the Live page</source>
        <translation>由实时页下发</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>The lamp in the street changes its light at once.</source>
        <translation>街上的灯将立即改变亮度。</translation>
    </message>
    <message>
        <source>The lamp in the street goes bright and dark for a while.</source>
        <translation>街上的灯将明暗闪烁一段时间。</translation>
    </message>
    <message>
        <source>The device starts again and is silent meanwhile.</source>
        <translation>设备将重新启动，其间无应答。</translation>
    </message>
    <message>
        <source>The lock of the door moves.</source>
        <translation>门锁将动作。</translation>
    </message>
    <message>
        <source>What people in the street see changes at once.</source>
        <translation>街上行人看到的内容将立即改变。</translation>
    </message>
    <message>
        <source>undo {0} s</source>
        <translation>撤销 {0} s</translation>
    </message>
    <message>
        <source>look at it</source>
        <translation>请查看</translation>
    </message>
    <message>
        <source>read back</source>
        <translation>已回读</translation>
    </message>
    <message>
        <source>put back</source>
        <translation>已恢复</translation>
    </message>
    <message>
        <source>pending</source>
        <translation>待发送</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>已发送</translation>
    </message>
    <message>
        <source>back {0} s</source>
        <translation>{0} s 恢复</translation>
    </message>
    <message>
        <source>not put back</source>
        <translation>未恢复</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>已应答</translation>
    </message>
    <message>
        <source>confirmed</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Pending</source>
        <translation>排队</translation>
    </message>
    <message>
        <source>Undo: pending</source>
        <translation>撤销：排队</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Acknowledged</source>
        <translation>设备应答</translation>
    </message>
    <message>
        <source>Read back</source>
        <translation>回读一致</translation>
    </message>
    <message>
        <source>Confirmed: the effect is there</source>
        <translation>实际效果确认</translation>
    </message>
    <message>
        <source>The trial is over and still to be put back. Not yet: {0}</source>
        <translation>试切换已结束，尚待恢复。暂未恢复：{0}</translation>
    </message>
    <message>
        <source>Look, then say whether it is so.</source>
        <translation>请到现场查看，再确认是否属实。</translation>
    </message>
    <message>
        <source>It may have been done. Look at the feedback, then send it again or undo.</source>
        <translation>可能已经执行。请查看反馈值，再重新下发或撤销。</translation>
    </message>
    <message>
        <source>Nothing changed. Look whether the device reports a fault, or is set to be operated locally.</source>
        <translation>没有任何改变。请查看设备是否报告故障，或处于就地控制。</translation>
    </message>
    <message>
        <source>Look at the points of the device for a fault, then send it again.</source>
        <translation>请查看该设备的点位是否有故障，再重新下发。</translation>
    </message>
    <message>
        <source>Nothing was sent. Test the connection, then send it again.</source>
        <translation>没有发送。请测试连接，再重新下发。</translation>
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
    <name>Verdict</name>
    <message>
        <source>Pass</source>
        <translation>合格</translation>
    </message>
    <message>
        <source>Marginal</source>
        <translation>临界</translation>
    </message>
    <message>
        <source>Fail</source>
        <translation>不合格</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>受阻</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Not run</source>
        <translation>未执行</translation>
    </message>
    <message>
        <source>Deferred</source>
        <translation>延后</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Waived</source>
        <translation>豁免</translation>
    </message>
    <message>
        <source>Asked</source>
        <translation>待回答</translation>
    </message>
    <message>
        <source>To start</source>
        <translation>待启动</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Not fitted</source>
        <translation>未安装</translation>
    </message>
</context>
<context>
    <name>Wishes</name>
    <message>
        <source>Signed. The report is {0}</source>
        <translation>已签署。报告：{0}</translation>
    </message>
</context>
<context>
    <name>WizardView</name>
    <message>
        <source>{0}: live values have left the limits; it is checked again.</source>
        <translation>{0}：实时值超出限值，正在重新检查。</translation>
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

import ArgumentParser
import Metering

/// Puts together what a running logger says of itself.
struct LiveStatus {
  private let settings: Settings
  private let files: LogFiles
  private let started: UTCTime
  private let startedUptime = HostClock.uptime()

  init(_ settings: Settings, started: UTCTime) {
    self.settings = settings
    self.started = started
    files = LogFiles(database: settings.database)
  }

  func status(
    of views: [(InputView, InputView.Snapshot)], waiting: Int, dropped: Int, alarms: [Alarms.Alarm], at time: UTCTime
  ) -> LoggerStatus {
    let written = HostFigures.writtenOctets().flatMap { HostFigures.perDay($0, in: HostClock.uptime() - startedUptime) }
    var status = LoggerStatus(
      version: LoggerCommand.configuration.version, started: started, time: time,
      uptime: HostClock.sinceBoot().milliseconds,
      database: LoggerStatus.Database(
        path: settings.database, octets: files.octets, freeOctets: FileSystem.free(at: files.folder),
        writtenPerDay: written))
    status.waiting = waiting
    status.dropped = dropped
    status.alarms = alarms.map { LoggerStatus.Alarm(name: $0.name, since: $0.since, text: $0.text) }
    status.inputs = views.map { view, now in
      LoggerStatus.Input(
        name: view.name, source: view.source, state: now.state.name, advice: now.state.advice, line: now.line,
        meter: now.meter.map { LoggerStatus.Meter($0) }, lastMessage: now.lastMessage, lastRegister: now.lastRegisters,
        counts: LoggerStatus.Counts(now.counts), clockOffset: now.clockOffset.map { $0.milliseconds / 1000 })
    }
    return status
  }
}

import Foundation
import Metering
import Simulator
import Store
import TestSupport
import Testing

@testable import Logger

@Suite struct `Live log` {
  /// A source that hands out the octets of a file, then ends or hangs.
  private struct Played: InputSource {
    let name: String
    let path: String
    let longestPause: TimeSpan? = nil
    func open(unless stop: Stop) throws(InputError) -> Descriptor { Descriptor(owning: Glibc.open(path, O_RDONLY)) }
    func loss(_ cause: SystemError?) -> InputError { InputError(.closed, name, "end of input") }
  }

  /// A source that can never be opened.
  private struct Broken: InputSource {
    let name = "broken"
    let longestPause: TimeSpan? = .seconds(60)
    func open(unless stop: Stop) throws(InputError) -> Descriptor {
      throw InputError(.missing, name, "there is no such port")
    }
    func loss(_ cause: SystemError?) -> InputError { InputError(.closed, name, "never open") }
  }

  private func input(_ name: String, _ source: any InputSource) -> RunInput {
    RunInput(
      name: name, source: source,
      pipeline: Pipeline(input: name, zone: oslo, lineTime: LineTime(baudrate: 2400, hasParityBit: false)))
  }

  @Test(.timeLimit(.minutes(1)))
  func `two inputs are logged side by side, and a broken third disturbs neither`() throws {
    try withScratchFolder { folder in
      let stop = try Stop()
      var inputs: [RunInput] = []
      for name in ["aidon-tn", "kaifa-tn"] {
        let model = try MeterModel.named(name)
        let path = "\(folder)/\(name)"
        let octets = try (0..<20).flatMap { try model.list2($0) }
        try Data(octets).write(to: URL(fileURLWithPath: path))
        inputs.append(input(name, Played(name: name, path: path)))
      }
      inputs.append(input("broken", Broken()))
      var settings = Settings()
      settings.database = folder + "/ams.sqlite"
      settings.commitInterval = 1
      let writer = try LogWriter(path: settings.database, zone: oslo)
      let log = try LiveLog(settings, inputs: inputs, writer: writer, zone: oslo, isStrict: false)
      let ender = try Thread {
        usleep(1_500_000)
        stop.request()
      }
      try log.run(until: stop)
      #expect(ender.isFinished)
      let reader = try LogReader(path: settings.database)
      let meters = try reader.meters()
      let ever = UTCTime(milliseconds: 0)..<UTCTime(seconds: 4_000_000_000)
      #expect(meters.map(\.input).sorted() == ["aidon-tn", "kaifa-tn"])
      for meter in meters { #expect(try reader.samples(of: meter.key, in: ever).count == 20) }
      let events = try reader.events()
      #expect(events.contains { $0.kind == .linkLost && $0.text.contains("no such port") })
    }
  }

  @Test func `an alarm that stood when the logger ended stands until it is over, and is told once`() {
    let noon = UTCTime(seconds: 1_768_478_400)
    func event(_ text: String) -> Metering.LogEvent { LogEvent(time: noon, kind: .alarm, text: text) }
    let told = ["disk: full", "silent:main: no octets: check the plug", "disk is over", "damaged: set aside"].map(event)
    var alarms = Alarms(command: nil, told: told)
    #expect(alarms.standing.map(\.name) == ["silent:main", "damaged"])
    #expect(alarms.standing.first?.text == "no octets: check the plug")
    #expect(alarms.update([("silent:main", "no octets")], at: noon + .hour).map(\.text) == ["damaged is over"])
    #expect(alarms.update([], at: noon + .hour).map(\.text) == ["silent:main is over"])
  }

  @Test(.timeLimit(.minutes(1)))
  func `an input that was silent when the logger ended is no better for a new start`() throws {
    try withScratchFolder { folder in
      var settings = Settings()
      settings.database = folder + "/ams.sqlite"
      settings.alarmCommand = "echo \"$AMS_ALARM $AMS_STATE\" >> \(folder)/told"
      let raised = LogEvent(time: HostClock.now() - .hour, kind: .alarm, text: "silent:broken: no octets")
      for _ in 0..<2 {
        let writer = try LogWriter(path: settings.database, zone: oslo)
        var batch = LogWriter.Batch()
        batch.events = [raised]
        _ = try writer.append(batch)
        let stop = try Stop()
        let log = try LiveLog(
          settings, inputs: [input("broken", Broken())], writer: writer, zone: oslo, isStrict: false)
        let ender = try Thread {
          usleep(1_500_000)
          stop.request()
        }
        try log.run(until: stop)
        #expect(ender.isFinished)
      }
      let alarms = try LogReader(path: settings.database).events().filter { $0.kind == .alarm }
      #expect(alarms.map(\.text) == ["silent:broken: no octets"])
      #expect(!FileManager.default.fileExists(atPath: folder + "/told"))
    }
  }

  @Test func `an alarm is told when it begins and when it ends, to the user's command as well`() throws {
    try withScratchFolder { folder in
      let told = folder + "/told"
      var alarms = Alarms(command: "echo \"$AMS_ALARM $AMS_STATE $AMS_TEXT\" >> \(told)")
      let noon = UTCTime(seconds: 1_768_478_400)
      let fault = (name: "silent:main", text: "no octets")
      #expect(alarms.update([], at: noon).isEmpty)
      #expect(alarms.update([fault], at: noon).map(\.text) == ["silent:main: no octets"])
      for second in 1...100 { #expect(alarms.update([fault], at: noon + .seconds(Int64(second))).isEmpty) }
      #expect(alarms.standing == [Alarms.Alarm(name: "silent:main", text: "no octets", since: noon)])
      // The commands run side by side: the second waits for the line of the first.
      func lines() -> [String] {
        ((try? String(contentsOfFile: told, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
      }
      for _ in 0..<500 where lines().isEmpty { usleep(10_000) }
      #expect(alarms.update([], at: noon + .hours(1)).map(\.text) == ["silent:main is over"])
      for _ in 0..<500 where lines().count < 2 { usleep(10_000) }
      #expect(lines() == ["silent:main raised no octets", "silent:main cleared no octets"])
      #expect(alarms.standing.isEmpty)
      // Each command that has ended is taken note of, so that no dead process is left.
      for _ in 0..<500 where alarms.isCommandRunning {
        usleep(10_000)
        _ = alarms.update([], at: noon)
      }
      #expect(!alarms.isCommandRunning)
    }
  }
}

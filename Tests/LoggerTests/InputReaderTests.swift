import ArgumentParser
import Energy
import Glibc
import Metering
import Simulator
import Store
import Synchronization
import TestSupport
import Testing

@testable import Logger

@Suite struct `Reading an input` {
  /// Brings some octets at each opening, then ends; after the last one the end is requested.
  private final class Openings: InputSource {
    let name = "bridge"
    let longestPause: TimeSpan?
    let form: LineForm?
    private let parts: [[UInt8]]
    private let stop: Stop
    private let next = Mutex(0)

    init(_ parts: [[UInt8]], form: LineForm? = nil, pause: TimeSpan, stop: Stop) {
      (self.parts, self.form, longestPause, self.stop) = (parts, form, pause, stop)
    }

    func open(unless stop: Stop) throws(InputError) -> Descriptor {
      let index = next.withLock { next in
        defer { next += 1 }
        return next
      }
      guard index < parts.count else {
        stop.request()
        throw InputError(.stopped, name, "stopped")
      }
      do throws(SystemError) {
        let pipe = try WakePipe()
        _ = try pipe.writeEnd.write(parts[index][...])
        return Descriptor(owning: fcntl(pipe.readEnd.number, F_DUPFD_CLOEXEC, 0))
      } catch {
        throw InputError(.system, name, "\(error)")
      }
    }

    func loss(_ cause: SystemError?) -> InputError { InputError(.closed, name, "the other side has closed") }
  }

  private let aidon: MeterModel
  private let stop: Stop

  init() throws {
    aidon = try MeterModel.named("aidon-tn")
    stop = try Stop()
  }

  /// What lies on the desk after some openings.
  private func read(
    _ parts: [[UInt8]], form: LineForm? = nil, pause: TimeSpan = .zero, clock: HouseClock? = nil,
    raw folder: String = "", hours: Int = 0
  ) throws -> Waiting {
    let source = Openings(parts, form: form, pause: pause, stop: stop)
    let desk = try Desk()
    let reader = InputReader(
      InputReader.Parts(
        source: source, pipeline: Pipeline(input: "main", zone: oslo, lineTime: LineForm().time), form: LineForm(),
        desk: desk, view: InputView(name: "main", source: source.name),
        clock: clock ?? HouseClock(zone: oslo, newest: nil),
        feed: nil, rawFolder: folder, rawHours: hours, commitInterval: .hours(1), isStrict: false))
    reader.run(until: stop)
    return desk.clear()
  }

  @Test func `connections that bring no message are a handful of events, and one when messages come again`() throws {
    let banner = Array("Device open failure, connection closed\r\n".utf8)
    let waiting = try read(Array(repeating: banner, count: 250) + [try aidon.list2(100)])
    let kinds = waiting.events.map(\.kind)
    // The 1st, 10th and 100th of each; then the message, and the end after it.
    #expect(kinds.count { $0 == .linkLost } == 4)
    #expect(kinds.count { $0 == .linkUp } == 4)
    #expect(waiting.events.suffix(2).map(\.kind) == [.linkUp, .linkLost])
    #expect(waiting.events.suffix(2).first?.text == "messages come again")
    #expect(waiting.events.contains { $0.text.hasSuffix("; 100 times since the last message") })
  }

  @Test func `a port that is read, unplugged and comes back tells each loss and each return`() throws {
    let waiting = try read(Array(repeating: try aidon.list2(100), count: 20))
    let kinds = waiting.events.map(\.kind)
    #expect(kinds == (0..<20).flatMap { _ in [LogEvent.Kind.linkUp, .linkLost] })
  }

  // MARK: The raw ring

  private func replay(_ folder: String, into database: String, _ options: String...) throws {
    let captures = FileSystem.entries(of: folder).sorted().map { "\(folder)/\($0)" }
    let arguments = ["replay", "--database", database] + options + captures
    try #require(try LoggerCommand.parseAsRoot(arguments) as? ReplayCommand).run()
  }

  /// Logs what lies on a desk, as the live log does; returns the samples.
  private func log(_ waiting: Waiting, _ clock: HouseClock, into database: String) throws -> Int {
    let writer = try LogWriter(path: database, zone: oslo)
    let recorder = Recorder(writer: writer, input: "main")
    recorder.take(waiting)
    for news in clock.takeNews() {
      if case .moved(let span, _) = news.change { recorder.move(by: span, before: news.epoch) }
    }
    try recorder.commit()
    try writer.close()
    return recorder.result.samples
  }

  private func samples(_ database: String) throws -> Int {
    let log = try LogReader(path: database)
    let ever = UTCTime(milliseconds: 0)..<UTCTime(seconds: 4_000_000_000)
    return try log.meters().reduce(0) { try $0 + log.samples(of: $1.key, in: ever).count }
  }

  @Test func `a replay of the ring knows the speed that was found, and adds nothing`() throws {
    try withScratchFolder { folder in
      let (raw, database) = (folder + "/raw", folder + "/ams.sqlite")
      let clock = HouseClock(zone: oslo, newest: nil)
      // Two messages in one read: when the first was whole follows from the speed of the line.
      let parts = [try aidon.list2(100) + aidon.list2(200), try aidon.list2(300) + aidon.list2(400)]
      let waiting = try read(
        parts, form: LineForm(baudrate: 115_200), clock: clock, raw: raw, hours: 24)
      #expect(try log(waiting, clock, into: database) == 4)
      try replay(raw, into: database)
      #expect(try samples(database) == 4)
      // What is said on the command line goes before.
      try replay(raw, into: database, "--baudrate", "2400")
      #expect(try samples(database) > 4)
    }
  }

  @Test(.enabled(if: HostClock.state() != .synchronised, "a time server keeps this clock: it is believed at once"))
  func `reads of a time that was not believed yet are moved as their rows are`() throws {
    try withScratchFolder { folder in
      let (raw, database) = (folder + "/raw", folder + "/ams.sqlite")
      let kaifa = try MeterModel.named("kaifa-tn")
      // The log ends days after the clock of this computer, and the meter's clock is beyond that.
      let meterTime = HostClock.now() + .hours(240)
      let clock = HouseClock(
        zone: oslo, newest: meterTime - .hours(24), bases: [kaifa.identity.id: MeterClockBase.normalTime])
      #expect(!clock.isBelieved)
      let wall = CivilTime(secondsSince1970: (meterTime + .hours(1)).milliseconds / 1000)
      let lists = (0..<20).map { watts in
        kaifa.frame(
          .list2, readings: [.activePowerImport: watts], clock: MeterClock(wall: wall, deviation: nil, status: 0))
      }
      // Apart, so that the move falls between two of them.
      let waiting = try read(lists, pause: TimeSpan(milliseconds: 10), clock: clock, raw: raw, hours: 24)
      #expect(clock.isBelieved)
      #expect(try log(waiting, clock, into: database) == 20)
      try replay(raw, into: database)
      #expect(try samples(database) == 20)
    }
  }
}

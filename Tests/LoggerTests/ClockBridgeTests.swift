import Energy
import Metering
import TestSupport
import Testing

@testable import Logger

@Suite struct `Clock bridge` {
  private let noon = UTCTime(seconds: 1_768_478_400)
  /// Long after the start of the computer.
  private let uptime = TimeSpan.hours(10)

  private func bridge(state: ClockState = .free, newest: UTCTime? = nil) -> ClockBridge {
    ClockBridge(host: noon, uptime: uptime, state: state, newest: newest)
  }

  @Test func `small steps are followed and not told`() {
    var bridge = bridge()
    let later = uptime + .seconds(60)
    let host = noon + .seconds(61)
    #expect(bridge.look(host: host, uptime: later, state: .free) == nil)
    #expect(bridge.time(at: later) == host)
  }

  @Test(arguments: [TimeSpan.hours(1), .hours(-1), .hours(24 * 365), .hours(-24 * 365 * 56)])
  func `a step that nobody confirms is bridged, told once, and the meter keeps the old time`(step: TimeSpan) {
    var bridge = bridge()
    #expect(bridge.meter(says: [noon], uptime: uptime) == nil)
    #expect(bridge.trust == .confirmed)
    for minute in 1...600 {
      let later = uptime + .minutes(Int64(minute))
      let truth = noon + .minutes(Int64(minute))
      let news = bridge.look(host: truth + step, uptime: later, state: .free)
      #expect(news == (minute == 1 ? .stepped(step) : nil))
      #expect(bridge.time(at: later) == truth)
      #expect(bridge.meter(says: [truth, truth - .hour], uptime: later) == nil)
    }
    // The clock comes back by itself: nothing was moved.
    let end = uptime + .minutes(601)
    #expect(bridge.look(host: noon + .minutes(601), uptime: end, state: .free) == nil)
    #expect(bridge.time(at: end) == noon + .minutes(601))
  }

  @Test func `a step is followed when a time server has made it`() {
    var bridge = bridge(state: .synchronised)
    let step = TimeSpan.hours(3)
    let news = bridge.look(host: noon + step, uptime: uptime, state: .synchronised)
    #expect(news == .moved(step, .synchronised))
    #expect(bridge.time(at: uptime) == noon + step)
  }

  @Test func `a step is followed when the meter agrees with it`() {
    var bridge = bridge(state: .synchronised)
    let step = TimeSpan.hours(-24)
    #expect(bridge.look(host: noon + step, uptime: uptime, state: .free) == .stepped(step))
    #expect(bridge.meter(says: [noon + step + .seconds(3)], uptime: uptime) == .moved(step, .meter))
    #expect(bridge.time(at: uptime) == noon + step)
  }

  @Test func `a step that stands for an hour, without a meter, was meant`() {
    var bridge = bridge(state: .synchronised)
    let step = TimeSpan.hours(5)
    #expect(bridge.look(host: noon + step, uptime: uptime, state: .free) == .stepped(step))
    let before = uptime + .minutes(64)
    #expect(bridge.look(host: noon + .minutes(64) + step, uptime: before, state: .free) == nil)
    let after = uptime + .minutes(65)
    #expect(
      bridge.look(host: noon + .minutes(65) + step, uptime: after, state: .free) == .moved(step, .patience))
  }

  // MARK: The start

  @Test func `after a start of the computer rows wait for a time server, five minutes at most`() {
    var bridge = ClockBridge(host: noon, uptime: .seconds(20), state: .free, newest: noon - .hours(2))
    #expect(!bridge.isBelieved)
    // fake-hwclock has left the time of the last shutdown; the server moves it.
    let step = TimeSpan.hours(2)
    let news = bridge.look(host: noon + step + .seconds(5), uptime: .seconds(25), state: .synchronised)
    #expect(news == .moved(step, .synchronised))
    #expect(bridge.isBelieved)

    var alone = ClockBridge(host: noon, uptime: .seconds(20), state: .unknown, newest: nil)
    #expect(alone.look(host: noon + .seconds(279), uptime: .seconds(299), state: .unknown) == nil)
    #expect(!alone.isBelieved)
    #expect(alone.look(host: noon + .seconds(280), uptime: .seconds(300), state: .unknown) == nil)
    #expect(alone.isBelieved)
  }

  @Test func `where nobody keeps the clock, rows wait for the hourly clock of the meter`() {
    var bridge = ClockBridge(host: noon, uptime: .seconds(20), state: .free, newest: nil)
    #expect(bridge.look(host: noon + .minutes(60), uptime: .seconds(20) + .minutes(60), state: .free) == nil)
    #expect(!bridge.isBelieved)
    #expect(bridge.meter(says: [noon + .minutes(60)], uptime: .seconds(20) + .minutes(60)) == nil)
    #expect(bridge.isBelieved)
  }

  @Test(arguments: [TimeSpan.seconds(106), .minutes(9), .minutes(11), .hours(7)])
  func `a computer that was off stands behind the meter, and goes by it from the second list on`(off: TimeSpan) {
    var bridge = ClockBridge(host: noon, uptime: .seconds(20), state: .free, newest: nil)
    let truth = noon + off
    #expect(bridge.meter(says: [truth], uptime: .seconds(20)) == nil)
    #expect(!bridge.isBelieved)
    #expect(bridge.meter(says: [truth + .seconds(10)], uptime: .seconds(30)) == .moved(off, .meter))
    #expect(bridge.isBelieved)
    #expect(bridge.time(at: .seconds(40)) == truth + .seconds(20))
  }

  @Test func `a list that is a few seconds on its way moves nothing`() {
    var bridge = ClockBridge(host: noon, uptime: .seconds(20), state: .free, newest: nil)
    for uptime in [TimeSpan.seconds(20), .seconds(30)] {
      #expect(bridge.meter(says: [noon + uptime - .seconds(12)], uptime: uptime) == nil)
    }
    #expect(bridge.isBelieved)
    #expect(bridge.time(at: .seconds(20)) == noon)
  }

  @Test func `a clock that stands before the newest row is not believed, however long the computer has run`() {
    var bridge = bridge(newest: noon + .hours(1))
    #expect(!bridge.isBelieved)
    #expect(bridge.look(host: noon + .minutes(60), uptime: uptime + .minutes(60), state: .free) == nil)
    #expect(bridge.isBelieved, "by now it is past the newest row")
  }

  @Test func `a clock of 1970 waits for the meter, which must go`() {
    let start = UTCTime(seconds: 100)
    var bridge = ClockBridge(host: start, uptime: .seconds(100), state: .free, newest: nil)
    #expect(!bridge.isBelieved)
    #expect(bridge.meter(says: [noon], uptime: .seconds(110)) == nil)
    // The same list again: a clock that stands.
    #expect(bridge.meter(says: [noon], uptime: .seconds(120)) == nil)
    #expect(!bridge.isBelieved)
    #expect(
      bridge.meter(says: [noon + .seconds(10)], uptime: .seconds(130))
        == .moved(noon + .seconds(10) - UTCTime(seconds: 130), .meter))
    #expect(bridge.isBelieved)
    #expect(bridge.time(at: .seconds(130)) == noon + .seconds(10))
  }

  @Test func `where nothing else is to be had, the clock is believed after an hour`() {
    let start = UTCTime(seconds: 100)
    var bridge = ClockBridge(host: start, uptime: .seconds(100), state: .free, newest: nil)
    #expect(bridge.look(host: start + .minutes(64), uptime: .seconds(100) + .minutes(64), state: .free) == nil)
    #expect(!bridge.isBelieved)
    #expect(bridge.look(host: start + .minutes(65), uptime: .seconds(100) + .minutes(65), state: .free) == nil)
    #expect(bridge.isBelieved)
  }

  @Test func `what waits is moved once, and what came after the step is not`() throws {
    let meter = MeterIdentity(id: "7359992000000033", maker: .aidon)
    var waiting = Waiting()
    let early = Sample(arrival: UTCTime(seconds: 100), readings: [.activePowerImport: 1])
    let late = Sample(arrival: noon, readings: [.activePowerImport: 2])
    waiting.take(.sample(early, of: meter), from: "main", epoch: 0)
    waiting.take(.sample(late, of: meter), from: "main", epoch: 1)
    waiting.move(by: .hours(1), before: 1)
    waiting.move(by: .hours(1), before: 1)
    #expect(waiting.items.map(\.record.time) == [early.arrival + .hours(1), noon])
  }

  @Test func `a meter that tells the time once an hour is waited for, twice`() {
    // Off from 10:30 to 12:30, no time server; the hourly lists of 13:00 and 14:00.
    var bridge = ClockBridge(host: noon, uptime: .seconds(20), state: .free, newest: nil)
    let off = TimeSpan.minutes(133)
    for minute: Int64 in 1...90 {
      let uptime = TimeSpan.minutes(minute)
      #expect(bridge.look(host: noon + uptime - .seconds(20), uptime: uptime, state: .free) == nil)
      let news =
        minute % 60 == 30 ? bridge.meter(says: [noon + uptime - .seconds(20) + off], uptime: uptime) : nil
      #expect(news == (minute == 90 ? .moved(off, .meter) : nil))
      #expect(bridge.isBelieved == (minute == 90))
    }
    // The clock of the computer stands where it stood, which is no step.
    let later = TimeSpan.minutes(91)
    #expect(bridge.look(host: noon + later - .seconds(20), uptime: later, state: .free) == nil)
    #expect(bridge.time(at: later) == noon + later - .seconds(20) + off)
    // Until a time server has set it.
    #expect(bridge.look(host: bridge.time(at: later), uptime: later, state: .synchronised) == nil)
  }

  @Test func `a wrong clock that was followed for want of anything better gives way to the meter`() {
    var bridge = bridge()
    #expect(bridge.meter(says: [noon], uptime: uptime) == nil)
    let wrong = TimeSpan.hours(-5)
    // The clock steps, and the meter is silent for longer than patience lasts.
    for minute: Int64 in 1...70 {
      _ = bridge.look(host: noon + .minutes(minute) + wrong, uptime: uptime + .minutes(minute), state: .free)
    }
    let later = uptime + .minutes(70)
    #expect(bridge.time(at: later) == noon + .minutes(70) + wrong)
    let truth = noon + .minutes(70)
    var kept = bridge
    #expect(bridge.meter(says: [truth], uptime: later) == nil)
    #expect(
      bridge.meter(says: [truth + .seconds(10)], uptime: later + .seconds(10))
        == .moved(TimeSpan(milliseconds: -wrong.milliseconds), .meter))
    // Where it is not known that nobody keeps the clock, it is the meter's word against another's.
    for second: Int64 in [0, 10] {
      #expect(
        kept.meter(says: [truth + .seconds(second)], uptime: later + .seconds(second), state: .unknown) == nil)
    }
  }

  // MARK: Which time a meter keeps

  private func says(_ wall: String, _ base: MeterClockBase?) throws -> [UTCTime] {
    let zone = try #require(Zone(named: "Europe/Oslo"))
    return MeterClock(wall: CivilTime(secondsSince1970: try utc(wall).seconds)).instants(in: zone, base: base)
  }

  @Test func `in summer a clock means one of two hours, until it is known which time it keeps`() throws {
    let both = try says("2026-07-01T14:00:00Z", nil)
    #expect(both == [try utc("2026-07-01T13:00:00Z"), try utc("2026-07-01T12:00:00Z")])
    #expect(try says("2026-07-01T14:00:00Z", .normalTime) == [both[0]])
    #expect(try says("2026-07-01T14:00:00Z", .civilTime) == [both[1]])
    #expect(try says("2026-01-01T14:00:00Z", nil) == [try utc("2026-01-01T13:00:00Z")])
    // The hour that autumn has twice.
    #expect(try says("2026-10-25T02:30:00Z", .normalTime) == [try utc("2026-10-25T01:30:00Z")])
    #expect(try says("2026-10-25T02:30:00Z", .civilTime).count == 2)
  }

  @Test func `a clock that means one of two hours confirms a time, and sets none`() throws {
    let both = try says("2026-07-01T14:00:00Z", nil)
    var bridge = ClockBridge(host: noon, uptime: .seconds(20), state: .free, newest: nil)
    #expect(bridge.meter(says: both, uptime: .seconds(20)) == nil)
    #expect(bridge.meter(says: both.map { $0 + .seconds(10) }, uptime: .seconds(30)) == nil)
    #expect(!bridge.isBelieved)
  }

  @Test func `a clock that was an hour wrong is set right by hand, and a meter whose base is known agrees`() throws {
    let truth = try utc("2026-07-01T12:00:00Z")
    var bridge = ClockBridge(host: truth - .hour, uptime: uptime, state: .free, newest: nil)
    #expect(bridge.meter(says: [truth], uptime: uptime) == nil)
    let later = uptime + .seconds(10)
    #expect(bridge.look(host: truth + .seconds(10), uptime: later, state: .free) == .moved(.hour, .first))
    // Where the wrong hour was confirmed before, by a clock of either base.
    bridge = ClockBridge(host: truth - .hour, uptime: uptime, state: .free, newest: nil)
    #expect(bridge.meter(says: [truth, truth - .hour], uptime: uptime) == nil)
    #expect(bridge.look(host: truth + .seconds(10), uptime: later, state: .free) == .stepped(.hour))
    #expect(bridge.meter(says: [truth + .seconds(10)], uptime: later) == .moved(.hour, .meter))
  }
}

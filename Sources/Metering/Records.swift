/// The momentary values of one message: power, and where sent currents, voltages and values by phase.
package struct Sample: Hashable, Sendable {
  /// When the last octet of the message arrived, by the host's clock.
  package var arrival: UTCTime
  package var readings: Readings

  package init(arrival: UTCTime, readings: Readings) {
    self.arrival = arrival
    self.readings = readings
  }
}

/// Octets that did not become a reading: where, why, and what they were.
package struct Reject: Hashable, Sendable {
  /// The stage that refused them.
  package enum Stage: String, CaseIterable, Hashable, Sendable {
    case framing, segmentation, link, security, apdu, axdr, list
  }

  package var arrival: UTCTime
  package var stage: Stage
  /// A sentence for a person: what was expected, what was found.
  package var reason: String
  /// Octets since the input was opened, to the first octet of what was refused.
  package var streamOffset: Int64
  package var octets: [UInt8]

  package init(arrival: UTCTime, stage: Stage, reason: String, streamOffset: Int64, octets: [UInt8]) {
    self.arrival = arrival
    self.stage = stage
    self.reason = reason
    self.streamOffset = streamOffset
    self.octets = octets
  }
}

/// Something that happened to the logger: started, stopped, link lost, meter changed, clock stepped.
package struct LogEvent: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    case started, stopped, linkUp = "link_up", linkLost = "link_lost", meterSeen = "meter_seen"
    case clockStep = "clock_step", registerSuspect = "register_suspect", encrypted, unchecked
    case registerRepeat = "register_repeat", registerSeries = "register_series", learned, thinned
    case lineFound = "line_found", alarm
    /// The log was damaged: what could be read of it is in this one.
    case salvaged
    /// A checked copy of the log was made.
    case backup
    /// The schema was brought up to date, and something about the copies of the log as it was is amiss.
    case migrated
    /// Sealed rows were other than they were: they were accepted as they are, or made anew.
    case settled
  }

  package var time: UTCTime
  package var kind: Kind
  package var text: String

  package init(time: UTCTime, kind: Kind, text: String) {
    self.time = time
    self.kind = kind
    self.text = text
  }
}

//! Figures of a relay. A builder here takes the edition and the relay's position.

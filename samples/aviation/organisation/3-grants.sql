-- Rights of the staff, given last: until then nobody but administrators reaches anything.

GRANT USE CATALOG ON CATALOG aviation TO `board-staff`;
GRANT USE SCHEMA ON SCHEMA aviation.safety TO `board-staff`;
GRANT USE SCHEMA, SELECT, EXECUTE ON SCHEMA aviation.ops TO `board-staff`;
GRANT SELECT ON TABLE aviation.safety.strikes TO `board-staff`;
GRANT EXECUTE ON FUNCTION aviation.safety.top_airports TO `board-staff`;
GRANT EXECUTE ON FUNCTION aviation.safety.strikes_near TO `board-staff`;
GRANT EXECUTE ON FUNCTION aviation.safety.strikes_of TO `board-staff`;

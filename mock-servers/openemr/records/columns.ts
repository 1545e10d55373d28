// The columns of OpenEMR's tables, in the order of its own sql/database.sql, because `SELECT *`
// decides the key order of many answers. `name` is nullable text, `name=x` text with that default,
// `name:int` a number, `name:pk` the primary key.
import { patientColumns } from './patient-columns.ts';

/** Tables of the record by name; parsed by `createTable` in database.ts. */
export const columnsOf = {
  patient_data: patientColumns,
  users: `id:pk uuid username password authorized:int=0 info source:int fname mname lname suffix
    federaltaxid= federaldrugid= upin= facility= facility_id:int=0 see_auth:int=1 active:int=1 npi title
    specialty billname email= email_direct= google_signin_email url= assistant= organization= valedictory=
    street= streetb= city= state= zip= street2= streetb2= city2= state2= zip2= phone= fax= phonew1= phonew2=
    phonecell= notes cal_ui:int=3 taxonomy=207Q00000X calendar:int=0 abook_type= default_warehouse= irnpool=
    state_license_number weno_prov_id newcrop_user_role cpoe:int physician_type main_menu_role=standard
    patient_menu_role=standard portal_user:int=0 supervisor_id:int=0 billing_facility= billing_facility_id:int=0
    acl_group= last_updated`,
  facility: `id:pk uuid name phone fax street city state postal_code country_code= federal_ein website email
    service_location:int=0 billing_location:int=0 accepts_assignment:int=0 pos_code:int x12_sender_id attn
    domain_identifier facility_npi facility_taxonomy tax_id_type= color= primary_business_entity:int=0
    facility_code extra_validation:int=1 mail_street mail_street2 mail_city mail_state mail_zip oid= iban info
    weno_id inactive:int=0 date_created last_updated`,
  form_encounter: `id:pk uuid date reason facility facility_id:int=0 pid:int encounter:int onset_date sensitivity
    billing_note pc_catid:int=5 last_level_billed:int=0 last_level_closed:int=0 last_stmt_date stmt_count:int=0
    provider_id:int=0 supervisor_id:int=0 invoice_refno= referral_source= billing_facility:int=0 external_id
    pos_code:int parent_encounter_id:int class_code=AMB shift= voucher_number= discharge_disposition
    encounter_type_code encounter_type_description referring_provider_id:int date_end in_collection:int last_update
    ordering_provider_id:int`,
  forms: `id:pk date encounter:int form_name form_id:int pid:int user groupname authorized:int deleted:int=0
    formdir therapy_group_id:int issue_id:int=0 provider_id:int=0`,
  form_vitals: `id:pk uuid date pid:int user groupname authorized:int=0 activity:int=0 bps bpd weight height
    temperature temp_method pulse respiration note BMI BMI_status waist_circ head_circ oxygen_saturation
    oxygen_flow_rate external_id ped_weight_height ped_bmi ped_head_circ inhaled_oxygen_concentration last_updated`,
  form_soap: `id:pk date pid:int user groupname authorized:int activity:int subjective objective assessment plan`,
  form_care_plan: `id:int uuid date pid:int encounter user groupname authorized:int activity:int code codetext
    description external_id care_plan_type note_related_to date_end reason_code reason_description plan_status`,
  form_clinical_notes: `id:pk form_id:int uuid date pid:int encounter user groupname authorized:int activity:int
    code codetext description external_id clinical_notes_type note_related_to clinical_notes_category last_updated`,
  history_data: `id:pk uuid pid:int date coffee tobacco alcohol sleep_patterns exercise_patterns
    recreational_drugs created_by:int`,
  lists: `id:pk uuid date type subtype= title udi udi_data begdate enddate returndate occurrence:int=0
    classification:int=0 referredby extrainfo diagnosis activity:int comments pid:int user groupname outcome:int=0
    destination reinjury_id:int=0 injury_part= injury_type= injury_grade= reaction= verification=
    external_allergyid:int erx_source=0 erx_uploaded=0 modifydate severity_al external_id list_option_id`,
  openemr_postcalendar_categories: `pc_catid:pk pc_constant_id pc_catname pc_duration:int=0 pc_cattype:int=0`,
  openemr_postcalendar_events: `pc_eid:pk pc_catid:int=0 pc_multiple:int=0 pc_aid pc_pid pc_gid:int=0 pc_title
    pc_time pc_hometext pc_comments:int=0 pc_counter:int=0 pc_topic:int=1 pc_informant pc_eventDate pc_endDate
    pc_duration:int=0 pc_recurrtype:int=0 pc_recurrspec pc_recurrfreq:int=0 pc_startTime pc_endTime
    pc_alldayevent:int=0 pc_location pc_conttel pc_contname pc_contemail pc_website pc_fee pc_eventstatus:int=0
    pc_sharing:int=0 pc_language pc_apptstatus=- pc_prefcatid:int=0 pc_facility:int=0 pc_sendalertsms=NO
    pc_sendalertemail=NO pc_billing_location:int=0 pc_room= uuid`,
  prescriptions: `id:pk uuid patient_id:int filled_by_id:int pharmacy_id:int date_added date_modified
    provider_id:int encounter:int start_date drug drug_id:int=0 rxnorm_drugcode form:int dosage quantity size
    unit:int route interval:int substitute:int refills:int per_refill:int filled_date medication:int note active:int=1
    datetime user site prescriptionguid erx_source:int=0 erx_uploaded:int=0 drug_info_erx external_id end_date
    indication prn ntx:int rtx:int txDate usage_category usage_category_title= request_intent request_intent_title=
    drug_dosage_instructions created_by:int updated_by:int`,
  procedure_order: `procedure_order_id:pk uuid provider_id:int=0 patient_id:int encounter_id:int=0 date_collected
    date_ordered order_priority= order_status= patient_instructions activity:int=1 control_id= lab_id:int=0
    specimen_type= specimen_location= specimen_volume= date_transmitted clinical_hx= external_id
    history_order=0 order_diagnosis billing_type specimen_fasting order_psc:int=0 order_abn=not_required
    collector_id:int=0 account account_facility:int provider_number procedure_order_type=laboratory_test`,
  procedure_order_code: `procedure_order_id:int procedure_order_seq:int=1 procedure_code= procedure_name=
    procedure_source=1 diagnoses do_not_send:int=0 procedure_order_title procedure_type transport date_end
    reason_code reason_description reason_date_low reason_date_high reason_status`,
  procedure_report: `procedure_report_id:pk uuid procedure_order_id:int procedure_order_seq:int=1 date_collected
    date_collected_tz= date_report date_report_tz= source:int=0 specimen_num= report_status= review_status=received
    report_notes`,
  procedure_result: `procedure_result_id:pk uuid procedure_report_id:int result_data_type=S result_code= result_text=
    date facility= units= result= range= abnormal= comments document_id:int=0 result_status= date_end`,
  procedure_specimen: `procedure_specimen_id:pk uuid procedure_order_id:int procedure_order_seq:int=1
    specimen_identifier accession_identifier specimen_type_code specimen_type collected_date volume_value volume_unit
    condition_code comments deleted:int=0`,
  procedure_providers: `ppid:pk uuid name= npi= active:int=1`,
  immunizations: `id:pk uuid patient_id:int administered_date immunization_id:int cvx_code manufacturer lot_number
    administered_by_id:int administered_by education_date vis_date note create_date update_date created_by:int
    updated_by:int amount_administered amount_administered_unit expiration_date route administration_site
    added_erroneously:int=0 external_id completion_status information_source refusal_reason ordering_provider:int
    reason_code reason_description encounter_id:int`,
  documents: `id:pk uuid type size:int date date_expires url thumb_url mimetype pages:int owner:int revision
    foreign_id:int docdate hash list_id:int=0 name drive_uuid couch_docid couch_revid storagemethod:int=0
    path_depth:int=1 imported:int=0 encounter_id:int=0 encounter_check:int=0 audit_master_approval_status:int=1
    audit_master_id:int documentationOf encrypted:int=0 document_data deleted:int=0 foreign_reference_id:int
    foreign_reference_table category= content:blob`,
  pnotes: `id:pk date body pid:int user groupname activity:int authorized:int title assigned_to deleted:int=0
    message_status=New portal_relation is_msg_encrypted:int=0 update_by:int update_date`,
  transactions: `id:pk date title= pid:int user= groupname= authorized:int`,
  lbt_data: `form_id:int field_id field_value`,
  insurance_data: `id:pk uuid type provider plan_name policy_number group_number subscriber_lname subscriber_mname
    subscriber_fname subscriber_relationship subscriber_ss subscriber_DOB subscriber_street subscriber_street_line_2
    subscriber_postal_code subscriber_city subscriber_state subscriber_country subscriber_phone subscriber_employer
    subscriber_employer_street subscriber_employer_street_line_2 subscriber_employer_postal_code
    subscriber_employer_state subscriber_employer_country subscriber_employer_city copay date pid:int=0 subscriber_sex
    accept_assignment=TRUE policy_type= date_end`,
  insurance_companies: `id:pk uuid name attn cms_id ins_type_code:int x12_receiver_id x12_default_partner_id
    alt_cms_id= inactive:int=0 eligibility_id x12_default_eligibility_id cqm_sop:int`,
  addresses: `id:pk line1 line2 city state zip plus_four country foreign_id:int district`,
  phone_numbers: `id:pk country_code area_code prefix number type:int foreign_id:int`,
  drugs: `drug_id:pk uuid name= ndc_number= on_order:int=0 reorder_point=0.0 max_level=0.0 last_notify reactions
    form=0 size= unit= route= substitute:int=0 related_code= cyp_factor=0 active:int=1 allow_combining:int=0
    allow_multiple:int=1 drug_code consumable:int=0 dispensable:int=1 date_created last_updated`,
  drug_inventory: `inventory_id:pk drug_id:int lot_number expiration manufacturer on_hand:int=0`,
  drug_sales: `sale_id:pk uuid drug_id:int inventory_id:int prescription_id:int=0 pid:int encounter:int user
    sale_date quantity:int=0 trans_type:int=1 notes`,
  employer_data: `id:pk uuid name street street_line_2 postal_code city state country date pid:int start_date
    end_date occupation industry created_by:int`,
  list_options: `list_id= option_id= title= seq:int=0 is_default:int=0 option_value:int=0 mapping= notes codes=
    toggle_setting_1:int=0 toggle_setting_2:int=0 activity:int=1 subtype= edit_options:int=1 timestamp last_updated`,
  care_teams: `id:pk uuid pid:int user_id:int role facility_id:int provider_since status=active team_name note
    date_created date_updated`,
  related_persons: `id:pk uuid pid:int relationship fname lname phone email address_line city state postal_code
    country active:int=1 last_updated`,
  questionnaire_repository: `id:pk uuid questionnaire_id provider:int version:int created_date modified_date name
    status code code_display questionnaire`,
  questionnaire_response: `id:pk uuid response_id questionnaire_id questionnaire_name patient_id:int encounter:int
    create_time last_updated status=completed questionnaire_response`,
  media: `id:pk uuid pid:int encounter_id:int title mimetype date document_id:int`,
  patient_access_onsite: `id:pk pid:int portal_username portal_pwd portal_login_username`,
  uuid_mapping: `uuid resource resource_path= table target_uuid created`,
  export_job: `id:pk uuid user client_id start_time status output errors resource_include_time output_format request_uri
    resources`,
} as const;

export type TableName = keyof typeof columnsOf;
